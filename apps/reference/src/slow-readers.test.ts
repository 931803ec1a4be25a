import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { type Clock, systemClock } from 'millrace/core';
import { createFakeClock } from 'millrace/testing';
import { type App, createApp } from './app.ts';
import { Counters } from './counters.ts';
import { createSharedAnswers } from './optimised/index.ts';
import type { AnswerEvent, Identity, Llm, ProviderKeys, RequestLog, RequestLogEntry } from './ports/index.ts';
import { messageRoutes } from './routes/index.ts';

/** An answer without end, of about 8 KB an event. */
function endless() {
  const state = { pulled: 0 };
  const data = JSON.stringify({ type: 'content_block_delta', delta: { text: 'x'.repeat(8_000) } });
  async function* events(): AsyncGenerator<AnswerEvent> {
    for (;;) {
      state.pulled++;
      yield { name: 'content_block_delta', data };
    }
  }
  return { state, events };
}

/** Asks for a stream, and takes nothing of it yet. */
async function ask(t: TestContext, { server }: App): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const call = request({ port, method: 'POST', path: '/v1/messages', headers: { 'content-type': 'application/json' } });
  t.after(() => call.destroy());
  const messages = [{ role: 'user', content: 'why?' }];
  call.end(JSON.stringify({ model: 'swift-1', max_tokens: 100, messages, stream: true }));
  const [answer] = await once(call, 'response');
  return (answer as IncomingMessage).on('error', () => {});
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** The route over an endless answer, what it logs, and whether its call was left. */
async function openRoute(t: TestContext, clock: Clock) {
  const { state, events } = endless();
  const seen = { log: [] as number[], left: false };
  const app = createApp(new Counters(), 'silent');
  const requestLog = { add: ({ status }: RequestLogEntry) => void seen.log.push(status) } as RequestLog;
  const authorise = (request: FastifyRequest, _reply: unknown, done: () => void): void => {
    request.identity = { userId: 1 } as Identity;
    done();
  };
  const providerKeys = { open: async () => undefined } as unknown as ProviderKeys;
  const llm: Llm = {
    async ask(_question, signal) {
      signal.addEventListener('abort', () => {
        seen.left = true;
      });
      return { provider: 'fast', events: events() };
    },
  };
  await app.register(messageRoutes({ llm, providerKeys, requestLog, authorise, clock }), { prefix: '/v1' });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => app.close());
  const standstill = async (): Promise<number> => {
    let pulled = -1;
    for (let quiet = 0; quiet < 300; quiet++) {
      if (pulled !== state.pulled) quiet = 0;
      pulled = state.pulled;
      assert.ok(pulled < 20_000, 'the answer is buffered without bound');
      await turn();
    }
    return pulled;
  };
  return { app, state, seen, standstill };
}

test('[GW-23] a client that does not read holds its provider up, and goes on when it reads', {
  timeout: 30_000,
}, async (t) => {
  const { app, state, seen, standstill } = await openRoute(t, systemClock);
  const answer = await ask(t, app);
  await until(() => state.pulled > 0);
  const first = await standstill();
  answer.resume();
  await until(() => state.pulled > first);
  answer.destroy();
  await until(() => seen.log.length === 1);
  assert.deepEqual(seen.log, [499]);
});

test('[GW-23] a client that takes nothing for half a minute is cut off, and its call ends', {
  timeout: 30_000,
}, async (t) => {
  const clock = createFakeClock();
  const { app, state, seen, standstill } = await openRoute(t, clock);
  await ask(t, app);
  await until(() => state.pulled > 0);
  await standstill();
  await clock.advance(29_999);
  await turn();
  assert.equal(seen.left, false);
  await clock.advance(1);
  await until(() => seen.left);
  assert.deepEqual(seen.log, [499]);
});

test('[GW-23] of those who share an answer the fastest sets the pace', async () => {
  const { state, events } = endless();
  const sharing = createSharedAnswers();
  const open = async () => ({ provider: 'fast', events: events() });
  const { signal } = new AbortController();
  const [quick, slow] = await Promise.all([1, 2].map(async () => (await sharing.ask('a', open, signal)).events));
  const [reading, waiting] = [quick, slow].map((it) => (it as AsyncIterable<AnswerEvent>)[Symbol.asyncIterator]());
  for (let i = 0; i < 10; i++) await reading?.next();
  assert.equal(state.pulled, 10);
  for (let i = 0; i < 10; i++) await waiting?.next();
  assert.equal(state.pulled, 10);
});
