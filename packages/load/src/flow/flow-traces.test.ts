import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { defineScenario } from './define-scenario.ts';
import { assertAsSchema, type FlowService, runFlows, startFlowService } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';

const OWN = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

/** What went out with each request, by its path. */
type Sent = Map<string, string | undefined>;

async function startService(sent: Sent): Promise<FlowService> {
  const keep = (url: string, traceparent: string | string[] | undefined): void => {
    sent.set(url, traceparent as string | undefined);
  };
  const service = await startFlowService(({ url, headers }, response) => {
    keep(url, headers.traceparent);
    if (url === '/events') response.setHeader('content-type', 'text/event-stream');
    if (url === '/old') response.statusCode = 302;
    response.setHeader('location', '/new').end();
  });
  const sockets = new WebSocketServer({ noServer: true });
  service.server.on('upgrade', (request, socket, head) => {
    keep(request.url ?? '', request.headers.traceparent);
    sockets.handleUpgrade(request, socket, head, (one) => one.close());
  });
  return service;
}

async function run(options: { readonly trace?: 'off' | 'sampled'; readonly seed?: number } = {}) {
  const sent: Sent = new Map();
  await using service = await startService(sent);
  let iteration = 0;
  const scenario = defineScenario({
    name: 's',
    users: 1,
    setup: ({ http }) => http.get('/setup'),
    login: async (user) => {
      await user.post('/login');
      return {};
    },
    flows: [
      {
        name: 'flow',
        async run(user: FlowUser) {
          const at = `?${iteration++}`;
          await user.get(`/get${at}`);
          await user.get('/old', { maxRedirects: 1 });
          await user.webSocket('/ws', { name: 'socket' });
          await user.events('/events', { name: 'stream' });
          await user.get('/own', { headers: { Traceparent: OWN } });
          await user.webSocket('/own-ws', { headers: { TraceParent: OWN } });
        },
      },
    ],
  });
  const result = await runFlows(service, scenario, 2, options);
  assert.deepEqual(result.flows?.flow?.reasons, []);
  return { sent, result };
}

const traceOf = (text: string | undefined): string | undefined => /^00-([0-9a-f]{32})-/.exec(text ?? '')?.[1];

test('[FLOW-52] the requests of an iteration are spans of one trace, login, openings and redirects among them', async () => {
  const { sent, result } = await run();
  const first = traceOf(sent.get('/get?0'));
  const second = traceOf(sent.get('/get?1'));
  assert.equal(traceOf(sent.get('/login')), first);
  for (const url of ['/old', '/new', '/ws', '/events']) assert.equal(traceOf(sent.get(url)), second, url);
  assert.equal(new Set([first, second, traceOf(sent.get('/setup')), undefined]).size, 4);
  assert.deepEqual([sent.get('/own'), sent.get('/own-ws')], [OWN, OWN]);
  const spans = [...sent.values()].filter((text) => text !== OWN).map((text) => text?.slice(36));
  assert.equal(new Set(spans).size, spans.length);
  for (const span of spans) assert.match(span ?? '', /^[0-9a-f]{16}-00$/);
  await assertAsSchema(result);
  for (const row of ['GET /get', 'socket', 'stream', 'POST /login']) {
    const ids = result.steps[row]?.slowest?.map(({ traceId }) => traceId) ?? [];
    assert.ok(ids.length > 0 && ids.every((id) => id === first || id === second), row);
  }
  assert.deepEqual((await run()).sent, sent);
});

test('[FLOW-52] sampled when it is asked, and none when it is off', async () => {
  const { sent } = await run({ trace: 'sampled' });
  for (const text of sent.values()) assert.match(text ?? '', /-01$/);
  const off = await run({ trace: 'off' });
  assert.deepEqual(
    new Set([...off.sent].filter(([url]) => !url.startsWith('/own')).map(([, text]) => text)),
    new Set([undefined]),
  );
  assert.equal(off.result.steps['GET /get']?.slowest, undefined);
});
