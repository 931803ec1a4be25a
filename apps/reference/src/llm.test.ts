import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, type TestContext, test } from 'node:test';
import { systemClock } from 'millrace/core';
import { Counters } from './counters.ts';
import { createFailover, createProviderCalls, type ProviderCallOptions, Providers } from './gateway/index.ts';
import { openLlm } from './llm.ts';
import type { AnswerEvent, AnswerStream, Question } from './ports/index.ts';
import { readSettings } from './settings.ts';
import { parseSwitches } from './switches.ts';
import { type Llm as LlmProcess, startLlm } from './upstreams/index.ts';

const QUESTION: Question = { model: 'swift-1', max_tokens: 100, messages: [{ role: 'user', content: 'why?' }] };
const REPEATED: Question = { ...QUESTION, temperature: 0 };
const NEVER = new AbortController().signal;

async function eventsOf(answer: AnswerStream | Promise<AnswerStream>): Promise<AnswerEvent[]> {
  return arrayOf((await answer).events);
}

async function arrayOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const event = (name: string, rest: object = {}): string =>
  `event: ${name}\ndata: ${JSON.stringify({ type: name, ...rest })}\n\n`;
const START = event('message_start', { message: { id: 'msg_1', model: 'swift-1', usage: { input_tokens: 3 } } });
const DELTA = event('content_block_delta', { delta: { type: 'text_delta', text: 'because' } });
const STOP = event('message_stop');

type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;
const sends =
  (...pieces: string[]): Behaviour =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
    response.end();
  };
const hangs =
  (...pieces: string[]): Behaviour =>
  (response) => {
    if (pieces.length > 0) response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
  };

/** Providers whose every answer the test decides. */
async function scripted(t: TestContext, options: Partial<ProviderCallOptions> = {}) {
  const asked: string[] = [];
  const left: string[] = [];
  const behaviours: Record<string, Behaviour> = {};
  const server = createServer((request, response) => {
    const provider = request.url?.split('/')[1] ?? '';
    asked.push(provider);
    response.once('close', () => !response.writableFinished && left.push(provider));
    request.resume().once('end', () => (behaviours[provider] ?? sends(START, DELTA, STOP))(response, request));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const counters = new Counters();
  const limits = { maxConnections: 10, keepAliveMs: 10_000, keepAlive: true, ...options };
  const calls = createProviderCalls({ baseUrl, apiKey: 'key', ...limits }, counters);
  t.after(async () => {
    await calls.close();
    server.closeAllConnections();
    server.close();
  });
  const providers = new Providers(systemClock, limits.maxConnections);
  return { asked, left, behaviours, counters, providers, server, llm: createFailover(providers, calls) };
}

describe('the gateway over providers that fail', () => {
  test('[GW-5] whatever goes wrong before the first event, the next provider is asked', async (t) => {
    const { asked, behaviours, llm, providers } = await scripted(t, { silenceMs: 100 });
    const failures: Behaviour[] = [
      (response) => response.writeHead(529).end('{}'),
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      (response) => void response.socket?.destroy(),
      sends(),
      sends(event('error', { error: { type: 'overloaded_error' } })),
      sends('nonsense'),
      hangs(),
      hangs('event: message_start\n'),
    ];
    for (const failure of failures) {
      behaviours.fast = failure;
      asked.length = 0;
      const answer = await llm.ask(QUESTION, NEVER);
      assert.equal(answer.provider, 'mid');
      assert.deepEqual((await eventsOf(answer)).length, 3);
      providers.served('fast');
      assert.deepEqual(asked, ['fast', 'mid']);
    }
    assert.equal(providers.states()[0]?.failures, failures.length);
  });

  test('[GW-6] when no provider serves, the last failure is told: 502, or 504 for silence, or 503 when all are busy', async (t) => {
    const { behaviours, llm, server } = await scripted(t, { silenceMs: 50, maxConnections: 1 });
    const all = (behaviour: Behaviour): void => {
      for (const name of ['fast', 'mid', 'slow']) behaviours[name] = behaviour;
    };
    all((response) => response.writeHead(500).end());
    await assert.rejects(llm.ask(QUESTION, NEVER), { status: 502, message: 'the provider answered 500' });
    all(hangs());
    await assert.rejects(llm.ask(QUESTION, NEVER), { status: 504 });
    all(hangs(START));
    const client = new AbortController();
    await Promise.all([1, 2, 3].map(() => llm.ask(QUESTION, client.signal)));
    await assert.rejects(llm.ask(QUESTION, NEVER), { status: 503, headers: { 'retry-after': '1' } });
    client.abort(new Error('gone'));
    server.closeAllConnections();
    server.close();
    await assert.rejects(llm.ask(QUESTION, NEVER), { status: 502 });
  });

  test('[GW-7] an answer that breaks off is a failure, never a whole one, and nobody else is asked', async (t) => {
    const { asked, behaviours, llm } = await scripted(t, { silenceMs: 100 });
    const breaks: Behaviour[] = [
      sends(START, DELTA),
      sends(START, event('error', { error: { type: 'api_error' } })),
      hangs(START, DELTA),
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(START);
        setImmediate(() => response.socket?.destroy());
      },
    ];
    for (const [index, behaviour] of breaks.entries()) {
      behaviours.fast = behaviour;
      await assert.rejects(eventsOf(llm.ask(QUESTION, NEVER)), { status: index === 2 ? 504 : 502 });
    }
    assert.ok(asked.every((name) => name !== 'slow'));
  });

  test('[GW-7] an answer that has its message_stop is whole, though its end does not come', async (t) => {
    const { behaviours, llm, providers } = await scripted(t, { silenceMs: 100 });
    const ends: Behaviour[] = [
      hangs(START, DELTA, STOP),
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(START + DELTA + STOP);
        setImmediate(() => response.socket?.destroy());
      },
    ];
    for (const behaviour of ends) {
      behaviours.fast = behaviour;
      assert.equal((await eventsOf(llm.ask(QUESTION, NEVER))).length, 3);
    }
    assert.equal(providers.states()[0]?.failures, 0);
  });

  test('[GW-7] the end of a whole answer is waited for briefly, however long a provider may be silent', {
    timeout: 10_000,
  }, async (t) => {
    const { behaviours, left, llm } = await scripted(t, { silenceMs: 300_000, totalMs: 300_000, endMs: 20 });
    behaviours.fast = hangs(START, DELTA, STOP);
    assert.equal((await eventsOf(llm.ask(QUESTION, NEVER))).length, 3);
    while (left.length === 0) await new Promise(setImmediate);
    assert.deepEqual(left, ['fast']);
  });

  test('[GW-8] who leaves takes the call along, before the first event and after it', {
    timeout: 10_000,
  }, async (t) => {
    const { behaviours, left, llm, asked } = await scripted(t);
    behaviours.fast = hangs();
    const early = new AbortController();
    const waiting = llm.ask(QUESTION, early.signal);
    while (asked.length === 0) await new Promise(setImmediate);
    early.abort(new Error('gone'));
    await assert.rejects(waiting);
    while (left.length < 1) await new Promise(setImmediate);

    behaviours.fast = hangs(START, DELTA);
    const late = new AbortController();
    const { events } = await llm.ask(QUESTION, late.signal);
    const reading = arrayOf(events);
    late.abort(new Error('gone'));
    await assert.rejects(reading);
    while (left.length < 2) await new Promise(setImmediate);
    assert.deepEqual(asked, ['fast', 'fast']);
  });

  test('[GW-9] calls that end leave their connection to the next one', async (t) => {
    const { counters, llm } = await scripted(t);
    for (let i = 0; i < 10; i++) await eventsOf(llm.ask(QUESTION, NEVER));
    assert.equal(counters.get('upstreamCalls'), 10);
    // A second one, when a call begins in the very moment in which the one before it ends.
    assert.ok(counters.get('upstreamConnects') <= 2, `${counters.get('upstreamConnects')} connections`);
    const { counters: others, llm: closing } = await scripted(t, { keepAlive: false });
    for (let i = 0; i < 10; i++) await eventsOf(closing.ask(QUESTION, NEVER));
    assert.deepEqual([others.get('upstreamCalls'), others.get('upstreamConnects')], [10, 10]);
  });
});

describe('repeated questions', () => {
  let upstream: LlmProcess;
  before(async () => {
    upstream = await startLlm({ latencyScale: 0.2 });
  });
  after(() => upstream?.close());

  function open(t: TestContext, switches = '') {
    const settings = { baseUrl: upstream.url, apiKey: upstream.apiKey, maxConnections: 50, keepAliveMs: 10_000 };
    const access = openLlm(settings, parseSwitches(switches), new Counters(), systemClock);
    t.after(() => access.close());
    return access.llm;
  }

  const callsOf = async (work: () => Promise<unknown>): Promise<number> => {
    await upstream.reset();
    await work();
    return (await upstream.counts()).totalCalls;
  };

  test('[GW-10] a question of temperature 0 is answered from memory with the same events, another one is not', async (t) => {
    const llm = open(t);
    const fresh = await eventsOf(llm.ask(REPEATED, NEVER));
    assert.equal(
      await callsOf(async () => assert.deepEqual(await eventsOf(llm.ask({ ...REPEATED }, NEVER)), fresh)),
      0,
    );
    const others: Question[] = [
      QUESTION,
      { ...REPEATED, temperature: 0.5 },
      { ...REPEATED, model: 'steady-1' },
      { ...REPEATED, max_tokens: 101 },
      { ...REPEATED, system: 'be brief' },
      { ...REPEATED, top_p: 0.5 },
      { ...REPEATED, stop_sequences: ['x'] },
      { ...REPEATED, messages: [{ role: 'assistant', content: 'why?' }] },
      { ...REPEATED, messages: [{ role: 'user', content: [{ type: 'text', text: 'why?' }] }] },
    ];
    assert.equal(
      await callsOf(async () => {
        for (const other of others) await eventsOf(llm.ask(other, NEVER));
      }),
      others.length,
    );
  });

  test('[GW-11] twenty who ask the same at once share one call, and each reads all of it', async (t) => {
    const llm = open(t);
    const question: Question = { ...REPEATED, system: 'shared' };
    const calls = await callsOf(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => eventsOf(llm.ask(question, NEVER))));
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
      assert.equal(answers[0]?.at(-1)?.name, 'message_stop');
    });
    assert.equal(calls, 1);
  });

  test('[GW-11] one who comes in the middle reads from the beginning', async (t) => {
    const llm = open(t);
    const question: Question = { ...REPEATED, system: 'in the middle' };
    const first = (await llm.ask(question, NEVER)).events[Symbol.asyncIterator]();
    const read = [(await first.next()).value, (await first.next()).value, (await first.next()).value];
    const late = await eventsOf(llm.ask(question, NEVER));
    assert.deepEqual(late.slice(0, 3), read);
    assert.equal(late.at(-1)?.name, 'message_stop');
  });

  test('[GW-12] the call ends with the last who leaves, not with the first, and half an answer is not kept', {
    timeout: 10_000,
  }, async (t) => {
    const llm = open(t);
    const question: Question = { ...REPEATED, model: 'deep-1', system: 'left alone' };
    await upstream.reset();
    const clients = [new AbortController(), new AbortController()];
    const answers = await Promise.all(clients.map(({ signal }) => llm.ask(question, signal)));
    const reading = answers.map(({ events }) => arrayOf(events));
    clients[0]?.abort(new Error('gone'));
    await assert.rejects(reading[0] as Promise<unknown>, /gone/);
    assert.equal((await upstream.counts()).open, 1);
    clients[1]?.abort(new Error('gone too'));
    await assert.rejects(reading[1] as Promise<unknown>, /gone too/);
    while ((await upstream.counts()).open > 0);
    assert.equal(await callsOf(() => eventsOf(llm.ask(question, NEVER))), 1);
  });

  test('[GW-12] one who leaves before the first byte leaves nothing behind', { timeout: 10_000 }, async (t) => {
    const llm = open(t);
    const question: Question = { ...REPEATED, model: 'deep-1', system: 'left early' };
    await upstream.reset();
    const client = new AbortController();
    const asked = llm.ask(question, client.signal);
    while ((await upstream.counts()).open === 0);
    client.abort(new Error('gone'));
    await assert.rejects(asked, /gone/);
    while ((await upstream.counts()).open > 0);
    assert.equal(await callsOf(() => eventsOf(llm.ask(question, NEVER))), 1);
  });

  test('[GW-13] upstream.no-cache and upstream.no-single-flight cost calls, alone and together', async (t) => {
    const counts: Record<string, number[]> = {};
    for (const switches of [
      '',
      'upstream.no-cache',
      'upstream.no-single-flight',
      'upstream.no-cache,upstream.no-single-flight',
    ]) {
      const llm = open(t, switches);
      const ask = (): Promise<unknown> => eventsOf(llm.ask({ ...REPEATED, system: switches || 'none' }, NEVER));
      counts[switches] = [
        await callsOf(() => Promise.all(Array.from({ length: 5 }, ask))),
        await callsOf(async () => {
          for (let i = 0; i < 3; i++) await ask();
        }),
      ];
    }
    assert.deepEqual(Object.values(counts), [
      [1, 0],
      [1, 3],
      [5, 0],
      [5, 3],
    ]);
  });
});

describe('repeated questions to providers that fail', () => {
  test('[GW-14] a failure is not kept: the next who asks is answered', async (t) => {
    const { behaviours, server, asked } = await scripted(t);
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { baseUrl, apiKey: 'key', maxConnections: 10, keepAliveMs: 1_000 };
    const { llm, close } = openLlm(settings, parseSwitches(''), new Counters(), systemClock);
    t.after(close);
    for (const name of ['fast', 'mid', 'slow']) behaviours[name] = (response) => response.writeHead(500).end();
    await assert.rejects(llm.ask(REPEATED, NEVER), { status: 502 });
    behaviours.fast = sends(START, DELTA);
    await assert.rejects(eventsOf(llm.ask(REPEATED, NEVER)), { status: 502 });
    behaviours.fast = sends(START, DELTA, STOP);
    asked.length = 0;
    for (let i = 0; i < 2; i++) assert.equal((await eventsOf(llm.ask(REPEATED, NEVER))).length, 3);
    assert.deepEqual(asked, ['fast']);
  });

  test('[GW-15] a flapping provider fails no request that another can serve', async (t) => {
    const upstream = await startLlm({ latencyScale: 0, flapping: { provider: 'mid', upCalls: 5, downCalls: 5 } });
    t.after(() => upstream.close());
    const settings = { baseUrl: upstream.url, apiKey: upstream.apiKey, maxConnections: 50, keepAliveMs: 10_000 };
    for (const switches of ['', 'upstream.no-cache,upstream.no-single-flight']) {
      await upstream.reset();
      const { llm, close } = openLlm(settings, parseSwitches(switches), new Counters(), systemClock);
      t.after(close);
      for (let i = 0; i < 100; i++) {
        const question: Question = { ...REPEATED, model: 'steady-1', system: `question ${i}` };
        assert.equal((await eventsOf(llm.ask(question, NEVER))).at(-1)?.name, 'message_stop');
      }
      const { mid, fast } = (await upstream.counts()).providers;
      assert.ok(mid.failures >= 3, `${mid.failures} failures`);
      assert.equal(mid.completed + fast.completed, 100);
    }
  });
});

test('[GW-25] the address of the models and the key to them are given together or not at all', () => {
  const secret = randomBytes(32).toString('hex');
  const database = { DATABASE_URL: 'postgres://127.0.0.1/none', JWT_SECRET_KEY: secret };
  const url = { LLM_URL: 'http://127.0.0.1:1' };
  const key = { LLM_API_KEY: secret };
  assert.equal(readSettings(database).llm, undefined);
  assert.equal(readSettings({ ...database, ...url, ...key }).llm?.baseUrl, url.LLM_URL);
  for (const half of [url, key]) {
    assert.throws(() => readSettings({ ...database, ...half }), { code: 'MILLRACE_REFERENCE_LLM_ACCESS' });
  }
});
