import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, type TestContext, test } from 'node:test';
import { systemClock } from 'millrace/core';
import { Counters } from './counters.ts';
import { arrayOf, eventsOf, NEVER, QUESTION, REPEATED } from './llm.test.scene.ts';
import { openLlm } from './llm.ts';
import type { Question } from './ports/index.ts';
import { readSettings } from './settings.ts';
import { parseSwitches } from './switches.ts';
import { type Llm as LlmProcess, startLlm } from './upstreams/index.ts';

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

test('[GW-25] the address of the models and the key to them are given together or not at all', () => {
  const secret = randomBytes(32).toString('hex');
  const database = { DATABASE_URL: 'postgres://127.0.0.1/none', JWT_SECRET_KEY: secret, TOKEN_PEPPER: secret };
  const url = { LLM_URL: 'http://127.0.0.1:1' };
  const key = { LLM_API_KEY: secret };
  assert.equal(readSettings(database).llm, undefined);
  assert.equal(readSettings({ ...database, ...url, ...key }).llm?.baseUrl, url.LLM_URL);
  for (const half of [url, key]) {
    assert.throws(() => readSettings({ ...database, ...half }), { code: 'MILLRACE_REFERENCE_LLM_ACCESS' });
  }
});
