import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { systemClock } from 'millrace/core';
import { Counters } from './counters.ts';
import {
  arrayOf,
  type Behaviour,
  DELTA,
  event,
  eventsOf,
  hangs,
  NEVER,
  QUESTION,
  REPEATED,
  START,
  STOP,
  scripted,
  sends,
} from './llm.test.scene.ts';
import { openLlm } from './llm.ts';
import type { Question } from './ports/index.ts';
import { parseSwitches } from './switches.ts';
import { startLlm } from './upstreams/index.ts';

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
