import type { DigestRequest } from '@millrace/load/prove';
import { createCursors } from './cursors.ts';
import { inactiveUser, PROFILES, usernameOf, userPassword, WHALE_USER } from './data/index.ts';
import { type Callers, CHANGING, createCallers, type DigestContext, type Headers, TRADER } from './digest-callers.ts';
import { gatewayRequests, ownKeyRequests } from './digest-gateway.ts';
import { projectRequests } from './digest-projects.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

/**
 * One list of requests over every route, to be sent in this order to a service on fresh data: both modes must give the
 * same answers, statuses and shapes included. Reads come before the writes that change what they see, and again after.
 */
export function digestRequests(context: DigestContext): readonly DigestRequest[] {
  const callers = createCallers(context);
  return [
    ...healthRequests(),
    ...loginRequests(context),
    ...tokenRequests(callers),
    ...strategyReads(context, callers),
    ...signalReads(context, callers),
    ...keyReads(callers),
    ...statsReads(callers),
    ...exports(callers),
    ...writes(callers),
    ...keyWrites(context, callers),
    ...projectRequests(context, callers),
    ...gatewayRequests(callers),
    ...ownKeyRequests(callers),
    ...sessionEnds(callers),
    ...refusals(callers),
  ].map(named);
}

type Unnamed = Omit<DigestRequest, 'name'>;

/** `3 GET /api/v1/keys`: the position makes it unique. */
function named(request: Unnamed, index: number): DigestRequest {
  return { ...request, name: `${index + 1} ${request.method} ${request.path}` };
}

function get(path: string, caller: Headers = {}): Unnamed {
  return { method: 'GET', path, headers: caller };
}

function send(method: 'POST' | 'PUT', path: string, caller: Headers = {}, body?: unknown): Unnamed {
  if (body === undefined) return { method, path, headers: caller };
  return { method, path, headers: { ...caller, ...JSON_TYPE }, body: JSON.stringify(body) };
}

function healthRequests(): Unnamed[] {
  return [get('/health'), get('/health/live'), get('/health/ready')];
}

function loginRequests({ profile }: DigestContext): Unnamed[] {
  const path = '/api/v1/auth/token';
  const logIn = (username: string, password: string): Unnamed => send('POST', path, {}, { username, password });
  const inactive = inactiveUser(PROFILES[profile]);
  const form = new URLSearchParams({
    grant_type: 'password',
    username: usernameOf(TRADER),
    password: userPassword(TRADER),
  });
  return [
    logIn(usernameOf(TRADER), userPassword(TRADER)),
    { method: 'POST', path, headers: FORM_TYPE, body: form.toString() },
    logIn(usernameOf(TRADER), 'not the password'),
    logIn('nobody', 'not the password'),
    logIn(usernameOf(TRADER), 'half a character: \ud800'),
    logIn(usernameOf(inactive), userPassword(inactive)),
  ];
}

function tokenRequests({ whale, trader, inactive, expired }: Callers): Unnamed[] {
  const me = '/api/v1/auth/me';
  const token = String(trader.authorization);
  const [head, claims, seal] = token.split('.');
  const [, others] = String(whale.authorization).split('.');
  return [
    get(me, whale),
    get(me, trader),
    get(me, trader),
    get(me),
    get(me, { authorization: `${head}.${others}.${seal}` }),
    get(me, { authorization: `${head}.${claims}` }),
    get(me, { authorization: token.slice(0, -8) }),
    get(me, { authorization: 'Basic dXNlcjpwYXNz' }),
    get(me, expired),
    get(me, inactive),
  ];
}

/** The whale owns every fifth row from the first on, so its place after some rows is known without asking. */
function afterWhaleRows(rows: number, seen: number): { afterId: number; offset: number } {
  return { afterId: rows - 4 - 5 * (seen - 1), offset: seen };
}

function strategyReads({ profile, tokenSecret }: DigestContext, { whale, trader, empty }: Callers): Unnamed[] {
  const path = '/api/v1/strategies';
  const { encode } = createCursors(tokenSecret);
  const cursor = encode(`strategies:${WHALE_USER}:{}`, afterWhaleRows(PROFILES[profile].strategies, 7));
  return [
    get(path, whale),
    get(`${path}?limit=7`, whale),
    get(`${path}?limit=7&cursor=${cursor}`, whale),
    get(`${path}?limit=100&cursor=${cursor}`, whale),
    ...['running', 'stopped', 'error'].map((status) => get(`${path}?limit=5&status=${status}`, whale)),
    get(path, trader),
    get(path, empty),
    get(`${path}/overview`, whale),
    get(`${path}/overview`, empty),
  ];
}

function signalReads({ profile, tokenSecret }: DigestContext, { whale, trader, empty }: Callers): Unnamed[] {
  const path = '/api/v1/signals';
  const { encode } = createCursors(tokenSecret);
  const cursor = encode(`signals:${WHALE_USER}:{}`, afterWhaleRows(PROFILES[profile].signals, 50));
  return [
    get(path, whale),
    get(`${path}?limit=50`, whale),
    get(`${path}?limit=50&cursor=${cursor}`, whale),
    get(`${path}?limit=10&pair=ETH%2FUSDT`, whale),
    get(`${path}?limit=10&action=sell&strength=strong`, whale),
    get(`${path}?limit=100&strategyId=1&action=hold`, whale),
    get(`${path}?strategyId=2`, whale),
    get(`${path}?pair=NONE%2FUSDT`, whale),
    get(path, trader),
    get(path, empty),
    get(`${path}/statistics/summary`, whale),
    get(`${path}/statistics/summary`, trader),
    get(`${path}/statistics/summary`, empty),
    get(`${path}/statistics/trend`, whale),
    get(`${path}/statistics/trend?days=31`, trader),
    get(`${path}/statistics/trend?days=1`, empty),
  ];
}

function keyReads({ whale, trader, empty }: Callers): Unnamed[] {
  return [
    get('/api/v1/keys', whale),
    get('/api/v1/keys?limit=3', whale),
    get('/api/v1/keys', trader),
    get('/api/v1/keys', empty),
  ];
}

function statsReads({ whale, trader, empty }: Callers): Unnamed[] {
  const usage = (query: string): Unnamed => get(`/api/v1/stats/usage${query}`, whale);
  return [
    usage(''),
    usage('?name=laptop&status=ACTIVE'),
    usage('?minTokens=1000&maxTokens=60000'),
    usage('?minRequests=1&maxRequests=20'),
    usage('?maxTokens=0'),
    usage('?lastUsedAfter=2025-12-31&lastUsedBefore=2025-12-31T12:00:00Z'),
    usage('?startDate=2025-12-20&endDate=2025-12-27'),
    usage('?startDate=2025-12-31T18:00:00%2B01:00'),
    usage('?keyId=1&endDate=2025-12-10'),
    usage('?keyId=1&realtime=true'),
    usage('?keyId=2'),
    get('/api/v1/stats/usage?endDate=2025-12-15', empty),
    get('/api/v1/stats/compare?keyIds=1,6', whale),
    get('/api/v1/stats/compare?keyIds=31,1,6,26,11', whale),
    get('/api/v1/stats/leaderboard', whale),
    get('/api/v1/stats/leaderboard?sortBy=requests', whale),
    get('/api/v1/stats/leaderboard?sortBy=tokens', trader),
    get('/api/v1/stats/leaderboard', empty),
    get('/api/v1/stats/dashboard', whale),
    get('/api/v1/stats/dashboard', empty),
    get('/api/v1/stats/trend', whale),
    get('/api/v1/stats/trend?days=90', trader),
  ];
}

function exports({ whale, trader, empty }: Callers): Unnamed[] {
  const path = '/api/v1/stats/usage/export';
  return [
    get(path, trader),
    get(`${path}?format=json&startDate=2025-12-31`, whale),
    get(`${path}?format=csv&limit=600`, whale),
    get(`${path}?format=json&keyId=1&endDate=2025-12-10`, whale),
    get(`${path}?format=json&keyId=2`, whale),
    get(path, empty),
    get(`${path}?format=json`, empty),
    get(path),
    get(`${path}?format=xml`, whale),
    get(`${path}?limit=0`, whale),
    get(`${path}?startDate=2025-12-31&endDate=2025-12-01`, whale),
  ];
}

/** Each write is followed by the reads that it must show in. */
function writes({ whale, trader }: Callers): Unnamed[] {
  const strategies = '/api/v1/strategies';
  const signals = '/api/v1/signals';
  const strategy = {
    ...{ name: 'Nachtwächter "2"', strategyClass: 'Breakout', exchange: 'kraken' },
    ...{ timeframe: '15m', pairWhitelist: ['BTC/USDT', 'ETH/BTC'] },
  };
  const bare = { pair: 'BTC/USDT', action: 'buy', signalStrength: 0.8, currentRate: 64_000.5 };
  const full = { ...bare, action: 'sell', signalStrength: 0, profitRatio: -0.125, indicators: { rsi: 30.5, macd: -1 } };
  const nulls = { ...bare, action: 'hold', signalStrength: 1, profitRatio: null, indicators: null };
  return [
    send('POST', strategies, whale, strategy),
    send('POST', strategies, whale, { ...strategy, name: 'bare', pairWhitelist: [] }),
    get(`${strategies}?limit=3`, whale),
    send('POST', `${strategies}/1/start`, whale),
    send('POST', `${strategies}/6/stop`, whale),
    send('POST', `${strategies}/6/stop`, whale),
    send('POST', `${strategies}/1/start`, trader),
    send('POST', `${strategies}/999999/stop`, whale),
    get(`${strategies}?status=running`, whale),
    get(`${strategies}/overview`, whale),
    ...[bare, full, nulls].map((signal) => send('POST', `${signals}/webhook/1`, whale, signal)),
    send('POST', `${signals}/webhook/1`, trader, bare),
    get(`${signals}?limit=5`, whale),
    get(`${signals}/statistics/summary`, whale),
    get(`${signals}/statistics/trend?days=3`, whale),
  ];
}

/** The next id is known, as nobody else writes. */
function keyWrites({ profile }: DigestContext, { whale, trader }: Callers): Unnamed[] {
  const path = '/api/v1/keys';
  const made = `${path}/${PROFILES[profile].apiKeys + 1}`;
  const drop = (url: string, caller: Headers): Unnamed => ({ method: 'DELETE', path: url, headers: caller });
  const key = { name: 'mein Schlüssel', tags: ['团队'], expiresAt: '2199-12-31' };
  const forged = { authorization: 'Bearer mk_nobody-has-it' };
  return [
    get('/api/v1/stats/usage?name=Schl', whale),
    send('POST', path, whale, key),
    send('POST', path, whale, { name: 'bare' }),
    get(`${path}?limit=3`, whale),
    get('/api/v1/stats/usage?name=Schl', whale),
    drop(made, trader),
    drop(made, whale),
    drop(made, whale),
    get(`${path}?limit=3`, whale),
    get(path, forged),
    send('POST', path, forged, key),
  ];
}

function sessionEnds({ leaving, changing }: Callers): Unnamed[] {
  const [me, password] = ['/api/v1/auth/me', '/api/v1/auth/me/password'];
  const currentPassword = userPassword(CHANGING);
  const newPassword = 'ein ganz neues Wort';
  const newcomer = { username: 'new.comer', email: 'new@example.test', password: 'a password to begin with' };
  const logIn = (word: string): Unnamed =>
    send('POST', '/api/v1/auth/token', {}, { username: usernameOf(CHANGING), password: word });
  return [
    get(me, leaving),
    send('POST', '/api/v1/auth/logout', leaving),
    get(me, leaving),
    send('POST', '/api/v1/auth/logout', leaving),
    send('PUT', password, changing, { currentPassword: 'not the password', newPassword }),
    send('PUT', password, changing, { currentPassword, newPassword: 'too short' }),
    send('PUT', password, changing, { currentPassword, newPassword: 'Password2024!' }),
    send('PUT', password, changing, { currentPassword, newPassword: `${usernameOf(CHANGING)}!!` }),
    send('PUT', password, changing, { currentPassword, newPassword }),
    get(me, changing),
    logIn(currentPassword),
    logIn(newPassword),
    send('POST', '/api/v1/auth/register', {}, { ...newcomer, password: 'new.comer.2024' }),
    send('POST', '/api/v1/auth/register', {}, newcomer),
    send('POST', '/api/v1/auth/register', {}, newcomer),
    send('POST', '/api/v1/auth/register', {}, { ...newcomer, username: usernameOf(TRADER) }),
  ];
}

function refusals({ whale, trader }: Callers): Unnamed[] {
  const cursor = Buffer.from('1.1.AAAAAAAAAAAAAAAAAAAAAA').toString('base64url');
  return [
    get('/api/v1/strategies?cursor=nonsense', whale),
    get(`/api/v1/signals?cursor=${cursor}`, whale),
    get('/api/v1/strategies?limit=0', whale),
    get('/api/v1/strategies?status=sleeping', whale),
    get('/api/v1/signals?strategyId=abc', whale),
    get('/api/v1/signals/statistics/trend?days=91', whale),
    get('/api/v1/keys?limit=1e2', whale),
    get('/api/v1/stats/usage?startDate=2025-02-30', whale),
    get('/api/v1/stats/usage?startDate=2025-12-20&endDate=2025-12-20', whale),
    get('/api/v1/stats/usage?realtime=true', whale),
    get('/api/v1/stats/compare?keyIds=1', whale),
    get('/api/v1/stats/compare?keyIds=1,1', whale),
    get('/api/v1/stats/compare?keyIds=1,6', trader),
    get('/api/v1/stats/leaderboard?sortBy=cost', whale),
    send('POST', '/api/v1/strategies', whale, { name: 'half' }),
    send('POST', '/api/v1/signals/webhook/abc', whale, {}),
    { method: 'POST', path: '/api/v1/auth/token', headers: JSON_TYPE, body: '{"username": "trader0002", ' },
    send('POST', '/api/v1/auth/register', {}, { username: 'x', email: 'y', password: 'z' }),
    get('/api/v1/nothing/here', whale),
    send('PUT', '/api/v1/strategies', whale, {}),
  ];
}
