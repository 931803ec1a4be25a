import { createSigner } from 'fast-jwt';
import { defineOpaqueTokens } from 'millrace/auth';
import { sessionOf } from './data/index.ts';
import { TRIAL_PEPPER, TRIAL_SECRET, TRIAL_SEED, trialCallers } from './trial.ts';

/** The callers of a trial, and every request that each mode of the service has to refuse. */

export const { whale } = trialCallers();
export const JSON_TYPE = { 'content-type': 'application/json' };

/** A request, and the status with which it is refused. */
export interface Bad {
  readonly what: string;
  readonly status: number;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string | object;
}

const UNKNOWN_KEY = defineOpaqueTokens({ prefix: 'mk', peppers: [TRIAL_PEPPER] }).issue().token;
const TOKEN = String(trialCallers().trader.authorization).slice('Bearer '.length);
const [HEAD = '', CLAIMS = '', SEAL = ''] = TOKEN.split('.');
const bearer = (token: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}` });
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = { iss: 'millrace-reference', sub: '2', jti: sessionOf(2, TRIAL_SEED).jti, iat: 1, exp: 4_000_000_000 };
const signed = (change: object, key = TRIAL_SECRET): Readonly<Record<string, string>> =>
  bearer(createSigner({ key, algorithm: 'HS256' })({ ...claims, ...change }));

const me = (what: string, headers: Readonly<Record<string, string>>): Bad => ({
  what,
  status: 401,
  url: '/api/v1/auth/me',
  headers,
});
const TOKENS: readonly Bad[] = [
  me('no token', {}),
  me('an empty token', { authorization: 'Bearer ' }),
  me('another scheme', { authorization: 'Basic dHJhZGVyOnBhc3M=' }),
  me('text that is no token', bearer('nonsense')),
  me('a token cut short', bearer(TOKEN.slice(0, -1))),
  me('a token without its seal', bearer(`${HEAD}.${CLAIMS}.`)),
  me('a seal under other claims', bearer(`${HEAD}.${encode({ ...claims, sub: '1' })}.${SEAL}`)),
  me('an unsigned token', bearer(`${encode({ alg: 'none', typ: 'JWT' })}.${CLAIMS}.${SEAL}`)),
  me('another secret', signed({}, 'x'.repeat(32))),
  me('a token that has expired', signed({ exp: 1_000 })),
  me('a token without expiry', signed({ exp: undefined })),
  me('another issuer', signed({ iss: 'somebody' })),
  me('a session that is not there', signed({ jti: '00000000-0000-4000-8000-000000000000' })),
  me('a session of another user', signed({ sub: '1' })),
  me('a session id that is no UUID', signed({ jti: "' OR true --" })),
  me('a user id that is no number', signed({ sub: 'abc' })),
  me('a user id beyond all numbers', signed({ sub: '9'.repeat(30) })),
  me('an API key that nobody has', bearer(UNKNOWN_KEY)),
  me('an API key with a typing error', bearer(`${UNKNOWN_KEY.slice(0, -1)}!`)),
  me('an API key of another service', bearer(UNKNOWN_KEY.replace('mk', 'sk'))),
  me('an API key cut short', bearer(UNKNOWN_KEY.slice(0, -2))),
  me('a token of ten thousand characters', bearer(`${HEAD}.${'A'.repeat(10_000)}.${SEAL}`)),
];

const post = (what: string, url: string, payload: string | object, status = 400): Bad => {
  return { what, status, method: 'POST', url, headers: { ...whale, ...JSON_TYPE }, payload };
};
export const TOKEN_URL = '/api/v1/auth/token';
export const WEBHOOK = '/api/v1/signals/webhook/1';
const SIGNAL = { pair: 'BTC/USDT', action: 'buy', signalStrength: 0.5, currentRate: 1 };
const REGISTER = '/api/v1/auth/register';
const NEW_USER = { username: 'somebody', email: 'some@example.test', password: 'a long enough one' };
const STRATEGIES = '/api/v1/strategies';
const KEYS = '/api/v1/keys';
const STRATEGY = { name: 'a', strategyClass: 'a', exchange: 'b', timeframe: '1m', pairWhitelist: [] };
export const PROJECTS = '/api/v1/projects';
const PROJECT = { name: 'a', requirements: 'b' };
const HUNDRED_AND_ONE = Array.from({ length: 101 }, (_, index) => index + 1);
export const ACTIVITIES = '/api/v1/agent-activities';
const ACTIVITY = { projectId: 1, agentRole: 'tester', status: 'done', tokensUsed: 1 };
const patch = (what: string, url: string, payload: object, status = 400): Bad => {
  return { ...post(what, url, payload, status), method: 'PATCH' };
};
const BODIES: readonly Bad[] = [
  post('JSON cut short', TOKEN_URL, '{"username": "a", '),
  post('an empty body', TOKEN_URL, ''),
  post('a body that is no object', TOKEN_URL, '[]'),
  post('null', TOKEN_URL, 'null'),
  post('a poisoned prototype', TOKEN_URL, '{"__proto__": {"admin": true}, "username": "a", "password": "b"}'),
  post('a name that is a number', TOKEN_URL, { username: 5, password: 'b' }),
  post('a password that is an object', TOKEN_URL, { username: 'a', password: { $ne: '' } }),
  post('a field that nobody knows', TOKEN_URL, { username: 'a', password: 'b', admin: true }),
  post('a password with NUL', TOKEN_URL, { username: 'a', password: 'b\u0000c' }),
  post('a password of 73 bytes', TOKEN_URL, { username: 'a', password: 'é'.repeat(37) }),
  post('a name with NUL', TOKEN_URL, { username: 'a\u0000', password: 'b' }),
  { ...post('another media type', TOKEN_URL, '<a/>', 415), headers: { 'content-type': 'text/xml' } },
  {
    ...post('a form with a name twice', TOKEN_URL, 'username=a&username=b&password=c'),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  post('a body above one megabyte', TOKEN_URL, { username: 'a', password: 'x'.repeat(1_100_000) }, 413),
  {
    ...post('a form above one megabyte', TOKEN_URL, `username=a&password=${'x'.repeat(1_100_000)}`, 413),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  post('a short password', REGISTER, { ...NEW_USER, password: 'eleven char' }),
  post('a long password', REGISTER, { ...NEW_USER, password: 'x'.repeat(73) }),
  post('a password of many bytes', REGISTER, { ...NEW_USER, password: '好'.repeat(25) }),
  post('a password with NUL to keep', REGISTER, { ...NEW_USER, password: 'a long enough\u0000one' }),
  post('a mail address with half a character', REGISTER, { ...NEW_USER, email: 'a\ud800@example.test' }),
  post('a user named by half a character', TOKEN_URL, { username: '\ud800', password: 'b' }),
  post('no mail address', REGISTER, { ...NEW_USER, email: 'somebody' }),
  post('a mail address with NUL', REGISTER, { ...NEW_USER, email: 'a\u0000@example.test' }),
  post('a strength as text', WEBHOOK, { ...SIGNAL, signalStrength: '0.5' }),
  post('a strength above 1', WEBHOOK, { ...SIGNAL, signalStrength: 1.01 }),
  post('a rate beyond all numbers', WEBHOOK, JSON.stringify(SIGNAL).replace('"currentRate":1', '"currentRate":1e999')),
  post('a profit beyond belief', WEBHOOK, { ...SIGNAL, profitRatio: 1e300 }),
  post('an action that nobody knows', WEBHOOK, { ...SIGNAL, action: 'panic' }),
  post('a pair with NUL', WEBHOOK, { ...SIGNAL, pair: 'A\u0000/B' }),
  post('an indicator that is text', WEBHOOK, { ...SIGNAL, indicators: { rsi: '5' } }),
  post('an indicator named NUL', WEBHOOK, { ...SIGNAL, indicators: { '\u0000': 5 } }),
  post('an indicator named by half a character', WEBHOOK, { ...SIGNAL, indicators: { '\ud800': 5 } }),
  post('a project without a name', PROJECTS, { ...PROJECT, name: '' }),
  post('a project with NUL', PROJECTS, { ...PROJECT, requirements: 'a\u0000' }),
  post('a project named by half a character', PROJECTS, { ...PROJECT, name: '\udc00' }),
  post('a project with a name beyond all lines', PROJECTS, { ...PROJECT, name: 'x'.repeat(201) }),
  post('a project for another user', PROJECTS, { ...PROJECT, userId: 2 }),
  patch('no change', `${PROJECTS}/1`, {}),
  patch('a progress past the end', `${PROJECTS}/1`, { progress: 101 }),
  patch('half a progress', `${PROJECTS}/1`, { progress: 0.5 }),
  patch('a name taken away', `${PROJECTS}/1`, { name: null }),
  patch('a stage that is a number', `${PROJECTS}/1`, { currentStage: 5 }),
  patch('a new owner', `${PROJECTS}/1`, { ownerId: 2 }),
  patch("a change of another user's project", `${PROJECTS}/2`, { progress: 1 }, 404),
  patch('a change of no projects', `${PROJECTS}:bulk-status`, { ids: [], status: 'failed' }),
  patch('a change of too many projects', `${PROJECTS}:bulk-status`, { ids: HUNDRED_AND_ONE, status: 'failed' }),
  patch('a change of one project twice', `${PROJECTS}:bulk-status`, { ids: [1, 1], status: 'failed' }),
  patch('a change of projects by name', `${PROJECTS}:bulk-status`, { ids: ['1'], status: 'failed' }),
  patch('a status that nobody knows', `${PROJECTS}:bulk-status`, { ids: [1], status: 'asleep' }),
  post('an activity of nobody known', ACTIVITIES, { ...ACTIVITY, agentRole: 'poet' }),
  post('an activity that takes less than nothing', ACTIVITIES, { ...ACTIVITY, tokensUsed: -1 }),
  post('an activity beyond all counts', ACTIVITIES, { ...ACTIVITY, tokensUsed: 3_000_000_000 }),
  post('an activity with a task of NUL', ACTIVITIES, { ...ACTIVITY, currentTask: '\u0000' }),
  post('an activity for a project by name', ACTIVITIES, { ...ACTIVITY, projectId: '1' }),
  post("an activity for another user's project", ACTIVITIES, { ...ACTIVITY, projectId: 2 }, 404),
  post('a version of no number', '/api/v1/files/1/restore/last', {}),
  post('a version beyond all numbers', '/api/v1/files/1/restore/2147483648', {}),
  post('version nought', '/api/v1/files/1/restore/0', {}),
  post('an API key without a name', KEYS, {}),
  post('an API key with NUL', KEYS, { name: '\u0000' }),
  post('an API key that has expired', KEYS, { name: 'a', expiresAt: '2001-01-01' }),
  post('an API key that ends on no day', KEYS, { name: 'a', expiresAt: '2199-02-30' }),
  post('an API key with one tag twice', KEYS, { name: 'a', tags: ['b', 'b'] }),
  post('an API key with a hash', KEYS, { name: 'a', hash: 'b' }),
  post('a strategy with NUL', STRATEGIES, { ...STRATEGY, name: '\u0000' }),
  post('a strategy named by half a character', STRATEGIES, { ...STRATEGY, name: 'a\ud800b' }),
  post('a strategy class that ends in half a character', STRATEGIES, { ...STRATEGY, strategyClass: 'a\udc00' }),
];

const get = (what: string, url: string, status = 400): Bad => ({ what, status, url: `/api/v1/${url}`, headers: whale });
const PATHS: readonly Bad[] = [
  get('a cursor that is no cursor', 'strategies?cursor=abc'),
  get('a cursor with other signs', 'strategies?cursor=%00'),
  get('an endless cursor', `strategies?cursor=${'A'.repeat(5_000)}`),
  get('a cursor of another shape', `strategies?cursor=${Buffer.from('1.2.3').toString('base64url')}`),
  get('a limit of 0', 'strategies?limit=0'),
  get('a limit above 100', 'signals?limit=101'),
  get('a limit that is no number', 'signals?limit=ten'),
  get('half a limit', 'signals?limit=2.5'),
  get('a limit given twice', 'signals?limit=1&limit=2'),
  get('a filter that nobody knows', 'signals?pare=BTC/USDT'),
  get('an id beyond all numbers', 'signals?strategyId=99999999999999999999'),
  get('a negative id', 'signals?strategyId=-1'),
  get('a name with NUL', 'stats/usage?name=%00'),
  get('a day that is not in the calendar', 'stats/usage?startDate=2025-02-30'),
  get('a month that is not in the calendar', 'stats/usage?startDate=2025-13-01'),
  get('an hour that is not in the day', 'stats/usage?startDate=2025-01-01T25:00:00Z'),
  get('a period that ends before it begins', 'stats/usage?startDate=2025-02-01&endDate=2025-01-01'),
  get('true by another name', 'stats/usage?realtime=yes&keyId=1'),
  get('one key to compare', 'stats/compare?keyIds=1'),
  get('six keys to compare', 'stats/compare?keyIds=1,6,11,16,21,26'),
  get('words to compare', 'stats/compare?keyIds=a,b'),
  get('no keys to compare', 'stats/compare'),
  get('an order that nobody knows', 'stats/leaderboard?sortBy=cost'),
  get('a format that nobody knows', 'stats/usage/export?format=xlsx'),
  get('an export of nothing', 'stats/usage/export?limit=0'),
  get('an export of everything there is', 'stats/usage/export?limit=1000001'),
  get('an export of a key that is no number', 'stats/usage/export?keyId=one'),
  get('an export of a filter that nobody knows', 'stats/usage/export?status=200'),
  get('an export up to no date', 'stats/usage/export?endDate=2025-02-30'),
  get('a part that nobody knows', 'projects/1?include=owner'),
  get('a part given twice', 'projects/1?include=files,files'),
  get('a project by name', 'projects/first'),
  get('a project beyond all numbers', 'projects/99999999999999999999'),
  get("another user's project", 'projects/2', 404),
  get('a status that nobody knows', 'projects?status=asleep'),
  get('a cursor of another list', `projects?cursor=${Buffer.from('1.1.AAAAAAAAAAAAAAAAAAAAAA').toString('base64url')}`),
  get("another user's file", 'files/2', 404),
  get('a file by name', 'files/readme/versions'),
  get('activities of no project', 'agent-activities'),
  get("activities of another user's project", 'agent-activities?projectId=2', 404),
  get('no days', 'stats/trend?days=0'),
  get('too many days', 'stats/trend?days=91'),
  get('a path that cannot be decoded', 'strategies/%zz'),
  get('a path that is not there', 'nowhere', 404),
  { what: 'a word for an id', status: 400, method: 'POST', url: '/api/v1/strategies/abc/start', headers: whale },
  { what: "another user's strategy", status: 404, method: 'POST', url: '/api/v1/strategies/2/start', headers: whale },
  { what: "another user's API key", status: 404, method: 'DELETE', url: `${KEYS}/2`, headers: whale },
  { what: 'an API key by name', status: 400, method: 'DELETE', url: `${KEYS}/mine`, headers: whale },
  { what: 'another method', status: 404, method: 'DELETE', url: '/api/v1/strategies', headers: whale },
  { what: 'a path outside', status: 404, url: '/../../etc/passwd' },
];

export const BAD_REQUESTS: readonly Bad[] = [...TOKENS, ...BODIES, ...PATHS];
