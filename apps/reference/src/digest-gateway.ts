import type { DigestRequest } from '@millrace/load/prove';
import type { Callers, Headers } from './digest-callers.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const MESSAGES = '/v1/messages';
const QUESTION = {
  model: 'swift-1',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'Warum wächst die Schlange? 响应时间' }],
};
const STATISTICS = '/api/v1/stats/requests';

type Unnamed = Omit<DigestRequest, 'name'>;

/** The gateway: answers whole and as a stream, asked once and again, and what is known of them afterwards. */
export function gatewayRequests({ whale, trader, empty }: Callers): readonly Unnamed[] {
  const ask = (caller: Headers, body: object): Unnamed => {
    const headers = { ...caller, ...JSON_TYPE };
    return { method: 'POST', path: MESSAGES, headers, body: JSON.stringify({ ...QUESTION, ...body }) };
  };
  const get = (path: string, headers: Headers): Unnamed => ({ method: 'GET', path, headers });
  const talk = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two\n' },
      ],
    },
    { role: 'assistant', content: 'three' },
  ];
  return [
    get('/api/v1/providers', whale),
    get(`${STATISTICS}?endDate=2026-01-01&durations=true`, whale),
    get(`${STATISTICS}?startDate=2025-12-20&endDate=2025-12-21`, trader),
    get(STATISTICS, empty),
    ask(empty, {}),
    ask(empty, { stream: true }),
    ...[false, true, true, false].map((stream) => ask(empty, { temperature: 0, stream })),
    ask(whale, { temperature: 0, stream: true }),
    ask(empty, { model: 'steady-1', system: 'Sei kurz.', temperature: 0.7, top_p: 0.5, stop_sequences: ['\n'] }),
    ask(empty, { model: 'deep-1', max_tokens: 3, stream: true, messages: talk }),
    get(STATISTICS, empty),
    get(`${STATISTICS}?startDate=2026-01-01`, whale),
    ...gatewayRefusals(whale, ask, get),
  ];
}

/** A user brings a key of their own, which the provider refuses, and takes it away. */
export function ownKeyRequests({ trader, whale }: Callers): readonly Unnamed[] {
  const [listed, path] = ['/api/v1/providers/keys', '/api/v1/providers/fast/key'];
  const store = (url: string, key: string): Unnamed => {
    return { method: 'PUT', path: url, headers: { ...trader, ...JSON_TYPE }, body: JSON.stringify({ key }) };
  };
  const remove: Unnamed = { method: 'DELETE', path, headers: trader };
  const ask = (headers: Headers): Unnamed => {
    return { method: 'POST', path: MESSAGES, headers: { ...headers, ...JSON_TYPE }, body: JSON.stringify(QUESTION) };
  };
  return [
    { method: 'GET', path: listed, headers: trader },
    store(path, 'a-key-of-their-own'),
    { method: 'GET', path: listed, headers: trader },
    ask(trader),
    ask(whale),
    remove,
    remove,
    ask(trader),
    store('/api/v1/providers/nobody/key', 'a-key-of-their-own'),
    store(path, 'no key'),
  ];
}

function gatewayRefusals(
  caller: Headers,
  ask: (caller: Headers, body: object) => Unnamed,
  get: (path: string, headers: Headers) => Unnamed,
): readonly Unnamed[] {
  return [
    ask({}, {}),
    ask(caller, { model: 'swift-2' }),
    ask(caller, { max_tokens: 0, stream: true }),
    ask(caller, { messages: [] }),
    ask(caller, { temperature: 2 }),
    ask(caller, { metadata: { user_id: '1' } }),
    get(`${STATISTICS}?startDate=2025-13-01`, caller),
    get(`${STATISTICS}?model=swift-1`, caller),
  ];
}
