import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { readEvents } from './gateway/index.ts';
import type { AnswerEvent, RequestStatistics } from './ports/index.ts';
import type { Service } from './service.ts';
import { startTrial, type Trial, trialCallers } from './trial.ts';

const { whale, trader, empty } = trialCallers();
const MODES = ['origin', 'optimised'] as const;
const QUESTION = { model: 'swift-1', max_tokens: 100, messages: [{ role: 'user', content: 'why?' }] };

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

async function ask(service: Service, body: object, headers: Readonly<Record<string, string>> = whale) {
  const answer = await service.app.inject({ method: 'POST', url: '/v1/messages', headers, payload: body });
  return { status: answer.statusCode, text: answer.body, headers: answer.headers, json: () => answer.json() };
}

async function statisticsOf(service: Service, headers: Readonly<Record<string, string>>, query = '') {
  const answer = await service.app.inject({ url: `/api/v1/stats/requests${query}`, headers });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json() as RequestStatistics;
}

async function eventsOf(text: string): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  async function* body() {
    yield Buffer.from(text);
  }
  for await (const event of readEvents(body())) events.push(event);
  return events;
}

const event = (name: string, rest: object = {}): string =>
  `event: ${name}\ndata: ${JSON.stringify({ type: name, ...rest })}\n\n`;
const START = event('message_start', {
  message: { id: 'msg_1', model: 'swift-1', usage: { input_tokens: 3, output_tokens: 1 } },
});
const delta = (text: string): string => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
const STOP = event('message_stop');

/** A service over one provider whose answer the test writes by hand, and which it listens for. */
async function byHand(t: TestContext, mode: string, answer: (response: ServerResponse) => void) {
  const left: boolean[] = [];
  const server = createServer((request, response) => {
    response.once('close', () => left.push(!response.writableFinished));
    request.resume().once('end', () => answer(response));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service = await trial.open(mode, { env: { LLM_URL: url, LLM_API_KEY: 'a key of this test' } });
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  return { service, left };
}

/** Sends a question over a socket of its own and reads when the test wants to. */
async function askBySocket(t: TestContext, { app }: Service, question: object): Promise<Socket> {
  const body = JSON.stringify(question);
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(
    `POST /v1/messages HTTP/1.1\r\nHost: a\r\nAuthorization: ${whale.authorization}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return socket;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

for (const mode of MODES) {
  describe(`the gateway route, ${mode}`, () => {
    test('[GW-20] an answer that is wanted whole holds what its stream says', async () => {
      const service = await trial.open(mode);
      const streamed = await ask(service, { ...QUESTION, stream: true });
      assert.equal(streamed.headers['content-type'], 'text/event-stream; charset=utf-8');
      const events = await eventsOf(streamed.text);
      const data = events.map((item) => JSON.parse(item.data));
      assert.deepEqual([events[0]?.name, events.at(-1)?.name], ['message_start', 'message_stop']);
      const whole = await ask(service, QUESTION);
      assert.equal(whole.status, 200, whole.text);
      assert.deepEqual(whole.json(), {
        ...{ id: data[0].message.id, type: 'message', role: 'assistant', model: 'swift-1' },
        content: [{ type: 'text', text: data.map((item) => item.delta?.text ?? '').join('') }],
        ...{ stop_reason: data.at(-2).delta.stop_reason, stop_sequence: null },
        usage: {
          input_tokens: data[0].message.usage.input_tokens,
          output_tokens: data.at(-2).usage.output_tokens,
        },
      });
      assert.equal(whole.headers['llm-provider'], 'fast');
    });

    test('[GW-21] a stream reaches the client while it is made', { timeout: 20_000 }, async (t) => {
      let answering: ServerResponse | undefined;
      const { service } = await byHand(t, mode, (response) => {
        answering = response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(START);
      });
      const socket = await askBySocket(t, service, { ...QUESTION, temperature: 0, stream: true });
      let seen = '';
      socket.on('data', (chunk) => {
        seen += chunk;
      });
      await until(() => seen.includes('message_start'));
      for (const word of ['first', 'second']) {
        answering?.write(delta(word));
        await until(() => seen.includes(word));
      }
      assert.ok(!seen.includes('message_stop'));
      answering?.end(STOP);
      await until(() => seen.endsWith('0\r\n\r\n'));
    });

    for (const stream of [true, false]) {
      test(`[GW-22] a client that leaves ends the call, stream ${stream}`, { timeout: 20_000 }, async (t) => {
        let asked = 0;
        const { service, left } = await byHand(t, mode, (response) => {
          asked++;
          response.writeHead(200, { 'content-type': 'text/event-stream' }).write(START);
        });
        const socket = await askBySocket(t, service, { ...QUESTION, temperature: 0, stream });
        await until(() => asked === 1);
        if (stream) await once(socket, 'data');
        socket.destroy();
        await until(() => left.length === 1);
        assert.deepEqual(left, [true]);
        const { items, requests } = await statisticsOf(service, whale, '?startDate=2026-01-01');
        assert.deepEqual([requests, items[0]?.errors, items[0]?.requests], [1, 1, 1]);
      });
    }

    test('[GW-24] a failure on the way is an event in a stream, and a problem where an answer was wanted whole', async (t) => {
      const { service } = await byHand(t, mode, (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(START + delta('half'));
      });
      const streamed = await ask(service, { ...QUESTION, stream: true, temperature: 0 });
      assert.equal(streamed.status, 200);
      const last = (await eventsOf(streamed.text)).at(-1);
      assert.equal(last?.name, 'error');
      assert.deepEqual(JSON.parse(last?.data ?? ''), {
        type: 'error',
        error: { type: 'api_error', message: 'the provider broke off its answer' },
      });
      const whole = await ask(service, { ...QUESTION, temperature: 0 });
      assert.deepEqual([whole.status, whole.json().detail], [502, 'the provider broke off its answer']);
      const { items } = await statisticsOf(service, whale, '?startDate=2026-01-01');
      assert.deepEqual([items[0]?.requests, items[0]?.errors], [2, 2]);
    });

    test('[GW-25] without language models the route answers 503', async () => {
      const service = await trial.open(mode, { env: { LLM_URL: '', LLM_API_KEY: '' } });
      const answer = await ask(service, QUESTION);
      assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '60']);
      assert.deepEqual((await service.app.inject({ url: '/api/v1/providers', headers: whale })).json(), { items: [] });
    });

    test('[GW-26] the providers show their calls and failures', async (t) => {
      let failing = true;
      const { service } = await byHand(t, mode, (response) => {
        if (failing) response.writeHead(529).end();
        else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(START + STOP);
      });
      for (let i = 0; i < 3; i++) assert.equal((await ask(service, QUESTION)).status, 502);
      failing = false;
      assert.equal((await ask(service, QUESTION)).status, 200);
      const { items } = (await service.app.inject({ url: '/api/v1/providers', headers: whale })).json();
      const figures = items.map((item: Record<string, unknown>) => [item.name, item.status, item.calls, item.failures]);
      assert.deepEqual(figures, [
        ['fast', 'up', 4, 3],
        ['mid', 'failing', 3, 3],
        ['slow', 'failing', 3, 3],
      ]);
      assert.ok(Date.parse(items[1].lastFailureAt) > 0);
    });

    test('[GW-27] what is no question is refused before any provider is asked', async () => {
      const service = await trial.open(mode);
      await trial.llm.reset();
      const turns = QUESTION.messages;
      const bad: object[] = [
        {},
        { ...QUESTION, model: 'swift-2' },
        { ...QUESTION, model: 1 },
        ...[0, -1, 1.5, '100', 4_097, 1e300].map((max_tokens) => ({ ...QUESTION, max_tokens })),
        ...[[], 'why?', [{}], [{ role: 'system', content: 'a' }]].map((messages) => ({ ...QUESTION, messages })),
        ...['', [], [{ type: 'image', text: 'a' }], [{ type: 'text', text: '' }], 5, null].map((content) => {
          return { ...QUESTION, messages: [{ role: 'user', content }] };
        }),
        { ...QUESTION, messages: Array.from({ length: 201 }, () => turns[0]) },
        { ...QUESTION, messages: [{ role: 'user', content: 'x'.repeat(200_001) }] },
        ...[-0.1, 1.1, '0', null].map((temperature) => ({ ...QUESTION, temperature })),
        ...['yes', 1, null].map((stream) => ({ ...QUESTION, stream })),
        ...[['a', ''], 'a', Array.from({ length: 9 }, () => 'a')].map((stop_sequences) => ({
          ...QUESTION,
          stop_sequences,
        })),
        { ...QUESTION, system: '' },
        { ...QUESTION, tools: [] },
      ];
      for (const body of bad) {
        const answer = await ask(service, body);
        assert.equal(answer.status, 400, JSON.stringify(body).slice(0, 200));
        assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
      }
      const huge = await ask(service, { ...QUESTION, system: 'x'.repeat(1_100_000) });
      assert.deepEqual([huge.status, (await ask(service, QUESTION, {})).status], [413, 401]);
      assert.equal((await trial.llm.counts()).totalCalls, 0);
    });

    test('[GW-27] whatever JSON comes, no answer is a server error', async () => {
      const service = await trial.open(mode);
      const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constant(0), fc.constant('swift-1'));
      const body = fc.record(
        {
          ...{ model: fc.oneof(fc.constant('swift-1'), value), max_tokens: fc.oneof(fc.integer(), value) },
          messages: fc.oneof(
            fc.array(fc.record({ role: fc.constantFrom('user', 'assistant'), content: value }), { maxLength: 3 }),
            value,
          ),
          ...{ system: value, temperature: value, stream: value, stop_sequences: value },
        },
        { requiredKeys: ['model', 'max_tokens', 'messages'], noNullPrototype: true },
      );
      await fc.assert(
        fc.asyncProperty(body, async (asked) => {
          const { status, text } = await ask(service, asked);
          assert.ok(status < 500, `${status} ${text}`);
        }),
        { ...propertySeed(), numRuns: 100 },
      );
    });

    test('[GW-30] each request is logged once with its tokens, repeated ones too', async () => {
      const service = await trial.open(mode);
      const whole = (await ask(service, { ...QUESTION, temperature: 0 }, empty)).json();
      for (const stream of [true, false]) await ask(service, { ...QUESTION, temperature: 0, stream }, empty);
      await ask(service, { ...QUESTION, model: 'deep-1' }, empty);
      await ask(service, { ...QUESTION, max_tokens: 0 }, empty);
      const { items, ...sums } = await statisticsOf(service, empty, '?durations=true');
      assert.deepEqual([sums.requests, sums.errors], [4, 0]);
      assert.deepEqual(
        items.map(({ provider, model, requests, outputTokens }) => [provider, model, requests, outputTokens]),
        [
          ['fast', 'swift-1', 3, 3 * whole.usage.output_tokens],
          ['slow', 'deep-1', 1, sums.outputTokens - 3 * whole.usage.output_tokens],
        ],
      );
      assert.ok(items.every(({ durations }) => durations.maxMs >= durations.averageMs));
    });

    test('[GW-31] no answer waits for the log, and many rows are one statement', async () => {
      const service = await trial.open(mode);
      await ask(service, QUESTION, empty);
      await statisticsOf(service, empty);
      const before = service.counters.get('dbQueries');
      const identities = service.counters.get('identityQueries');
      await Promise.all(Array.from({ length: 30 }, () => ask(service, QUESTION, empty)));
      assert.equal((await statisticsOf(service, empty)).requests, 31);
      // Each question looks for keys of the caller's own; optimised did so in the first one.
      const lookUps = service.counters.get('identityQueries') - identities + (mode === 'origin' ? 30 : 0);
      const queries = service.counters.get('dbQueries') - before - lookUps;
      assert.ok(queries <= 5, `${queries} statements for 30 rows and the statistics`);
    });

    test('[GW-33] statistics are the caller’s alone, over the period asked for', async () => {
      const service = await trial.open(mode);
      const all = await statisticsOf(service, trader);
      const part = await statisticsOf(service, trader, '?startDate=2025-12-20&endDate=2025-12-25');
      const rest = await statisticsOf(service, trader, '?endDate=2025-12-20');
      const last = await statisticsOf(service, trader, '?startDate=2025-12-25');
      assert.equal(part.requests + rest.requests + last.requests, all.requests);
      assert.ok(part.requests > 0 && part.requests < all.requests);
      assert.ok(all.items.every(({ durations }) => durations === null));
      assert.notEqual(all.requests, (await statisticsOf(service, whale)).requests);
      assert.equal((await statisticsOf(service, empty)).requests, 0);
    });
  });
}
