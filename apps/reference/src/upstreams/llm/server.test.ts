import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Clock, systemClock } from 'millrace/core';
import type { LlmCounts } from './call-counts.ts';
import { PACE_MS, PROVIDERS } from './provider.ts';
import { createLlmServer, type LlmServerOptions } from './server.ts';

const API_KEY = randomBytes(16).toString('hex');
const PROMPT = {
  model: 'swift-1',
  messages: [{ role: 'user', content: 'say something' }],
  ...{ max_tokens: 200, stream: true },
};

interface Upstream {
  readonly url: string;
  ask(provider: string, body?: unknown, init?: RequestInit): Promise<Response>;
  counts(): Promise<LlmCounts>;
  /** Waits for a moment in which the counts are as wanted. */
  until(wanted: (counts: LlmCounts) => boolean): Promise<LlmCounts>;
}

async function start(t: TestContext, options: Partial<LlmServerOptions> = {}): Promise<Upstream> {
  const server = createLlmServer({ apiKey: API_KEY, seed: 1, latencyScale: 0, flapping: undefined, ...options });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const counts = async (): Promise<LlmCounts> => (await (await fetch(`${url}/__counts`)).json()) as LlmCounts;
  return {
    url,
    counts,
    ask: (provider, body = PROMPT, init = {}) => {
      const headers = { 'x-api-key': API_KEY, ...init.headers };
      return fetch(`${url}/${provider}/v1/messages`, { method: 'POST', body: JSON.stringify(body), ...init, headers });
    },
    async until(wanted) {
      for (;;) {
        const now = await counts();
        if (wanted(now)) return now;
      }
    },
  };
}

/** Keeps every delay that was asked for, and fires at once. */
class HastyClock implements Clock {
  readonly delays: number[] = [];
  now = (): number => 0;
  wallNow = (): number => 0;
  schedule: Clock['schedule'] = (delayMs, fire) => {
    this.delays.push(delayMs);
    return systemClock.schedule(0, fire);
  };
}

test('[LLM-4] every provider gives the same answer, each at its own pace', async (t) => {
  const texts: string[] = [];
  for (const provider of PROVIDERS) {
    const clock = new HastyClock();
    const llm = await start(t, { clock, latencyScale: 1 });
    texts.push(await (await llm.ask(provider)).text());
    const [firstByte = 0, ...deltas] = clock.delays;
    const pace = PACE_MS[provider];
    assert.ok(Math.abs(firstByte / pace.firstByte - 1) < 0.6, `${firstByte} ms to the first byte of ${provider}`);
    assert.ok(deltas.length >= 3);
    assert.ok(deltas.every((delay) => Math.abs(delay / pace.delta - 1) < 0.7));
  }
  assert.equal(new Set(texts).size, 1);
  assert.match(texts[0] ?? '', /^event: message_start\ndata: \{.*\}\n\n/);
  assert.match(texts[0] ?? '', /event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
});

test('[LLM-5] a flapping provider refuses or hangs up before a byte, the others serve', async (t) => {
  const llm = await start(t, { flapping: { provider: 'mid', upCalls: 2, downCalls: 2 } });
  const outcomes: (number | 'reset')[] = [];
  for (let i = 0; i < 40; i++) {
    outcomes.push(
      await llm.ask('mid').then(
        async (response) => {
          await response.text();
          return response.status;
        },
        () => 'reset' as const,
      ),
    );
    assert.equal((await llm.ask('fast')).status, 200);
  }
  assert.deepEqual([...new Set(outcomes)].map(String).sort(), ['200', '529', 'reset']);
  const { providers } = await llm.counts();
  const served = outcomes.filter((outcome) => outcome === 200).length;
  assert.deepEqual(providers.mid, { calls: 40, failures: 40 - served, completed: served, aborted: 0 });
});

test('[LLM-6] calls are counted by provider, refusals apart, connections once', async (t) => {
  const llm = await start(t);
  for (let i = 0; i < 3; i++) await (await llm.ask('slow')).text();
  const refusals = [
    await llm.ask('slow', { ...PROMPT, stream: false }),
    await llm.ask('slow', { ...PROMPT, max_tokens: 0 }),
    await llm.ask('slow', { ...PROMPT, messages: [] }),
    await llm.ask('slow', null),
    await llm.ask('slow', PROMPT, { headers: { 'x-api-key': 'another' } }),
    await llm.ask('quick'),
  ];
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [400, 400, 400, 400, 401, 404],
  );
  const counts = await llm.counts();
  assert.deepEqual([counts.totalCalls, counts.refused, counts.open], [3, 6, 0]);
  assert.equal(counts.providers.slow.completed, 3);
  await fetch(`${llm.url}/__reset`, { method: 'POST' });
  assert.deepEqual([(await llm.counts()).totalCalls, (await llm.counts()).refused], [0, 0]);
});

test('[LLM-7] a client that hangs up ends its answer', { timeout: 10_000 }, async (t) => {
  const llm = await start(t, { latencyScale: 100 });
  const hangUp = new AbortController();
  const asked = llm.ask('slow', PROMPT, { signal: hangUp.signal });
  asked.catch(() => {});
  await llm.until(({ open }) => open === 1);
  hangUp.abort();
  const { providers } = await llm.until(({ open }) => open === 0);
  assert.deepEqual(providers.slow, { calls: 1, failures: 0, completed: 0, aborted: 1 });
});
