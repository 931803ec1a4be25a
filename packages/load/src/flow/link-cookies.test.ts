import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { defineScenario } from './define-scenario.ts';
import { type FlowService, runFlows, startFlowService } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';

const COOKIES = ['id=1; Path=/', 'deep=1; Path=/other', 'alien=1; Domain=other.test', 'old=1; Max-Age=0'];

/** `/ws` upgrades, `/events` streams, `/refused…` does neither; each sets cookies. */
async function startService(): Promise<FlowService> {
  const service = await startFlowService(({ url }, response) => {
    if (url.startsWith('/events')) response.setHeader('content-type', 'text/event-stream');
    if (url.startsWith('/refused')) response.statusCode = 401;
    if (url !== '/see') response.setHeader('set-cookie', COOKIES);
    response.end();
  });
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('headers', (lines) => lines.push(...COOKIES.map((cookie) => `Set-Cookie: ${cookie}`)));
  service.server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith('/ws')) sockets.handleUpgrade(request, socket, head, (one) => one.close());
    else socket.end(`HTTP/1.1 401 No\r\nSet-Cookie: ${COOKIES[0]}\r\nContent-Length: 0\r\n\r\n`);
  });
  return service;
}

async function seenAfter(open: (user: FlowUser) => Promise<unknown>, more: object = {}) {
  await using service = await startService();
  const run = async (user: FlowUser): Promise<void> => {
    await open(user);
    await user.get('/see');
  };
  const scenario = defineScenario({ name: 's', users: 1, flows: [{ name: 'flow', run }], ...more });
  const { flows, steps } = await runFlows(service, scenario, 1);
  assert.deepEqual(flows?.flow?.reasons, []);
  return { cookie: service.seen.find(({ url }) => url === '/see')?.headers.cookie, rows: Object.keys(steps) };
}

test('[FLOW-13] [WS-22] the opening of a WebSocket sets cookies by domain, path and expiry, refused or not', async () => {
  assert.equal((await seenAfter((user) => user.webSocket('/ws'))).cookie, 'id=1');
  const refused = (user: FlowUser): Promise<unknown> => user.webSocket('/refused').catch(() => {});
  assert.equal((await seenAfter(refused)).cookie, 'id=1');
  assert.equal((await seenAfter((user) => user.webSocket('/ws'), { cookies: false })).cookie, undefined);
});

test('[FLOW-13] so does that of an event stream', async () => {
  assert.equal((await seenAfter((user) => user.events('/events'))).cookie, 'id=1');
  const refused = (user: FlowUser): Promise<unknown> => user.events('/refused').catch(() => {});
  assert.equal((await seenAfter(refused)).cookie, 'id=1');
  assert.equal((await seenAfter((user) => user.events('/events'), { cookies: false })).cookie, undefined);
});

test('[FLOW-51] rows that the flow did not name say no query', async () => {
  const { rows } = await seenAfter(async (user) => {
    await user.webSocket('/ws?token=1');
    await user.events('/events?token=1');
  });
  assert.deepEqual(rows, ['WS /ws', 'SSE /events', 'GET /see']);
});
