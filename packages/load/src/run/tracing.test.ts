import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestSpec, Scenario } from '../scenario/index.ts';
import { startService } from './local-service.test.ts';
import { type LoadOptions, runLoad } from './run-load.ts';

const GET: RequestSpec = { method: 'GET', path: '/' };
const ARRIVALS = { kind: 'constant', ratePerSecond: 500, durationMs: 60 } as const;

/** Runs 30 arrivals; gives what the service saw, sorted, for connections answer in any order. */
async function seenBy(spec: RequestSpec, more: Partial<LoadOptions<unknown>> = {}) {
  const seen: (string | undefined)[] = [];
  await using server = await startService((request, response) => {
    const { traceparent } = request.headers;
    seen.push(Array.isArray(traceparent) ? traceparent.join() : traceparent);
    request.resume().on('end', () => response.end());
  });
  const step = { name: 'read', weight: 1, build: () => spec };
  const scenario: Scenario = { name: 'one', users: 1, createUser: () => undefined, steps: [step] };
  const result = await runLoad({ target: server.url, scenario, arrivals: ARRIVALS, seed: 5, ...more });
  assert.equal(result.total.ok, 30);
  return { seen: seen.toSorted(), slowest: result.steps.read?.slowest };
}

test('[LOAD-32] the same seed sends the same ids, by either engine and however the body goes out', async () => {
  const { seen, slowest } = await seenBy(GET);
  assert.equal(new Set(seen).size, 30);
  for (const value of seen) assert.match(value ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  const source = {
    open: async function* () {
      yield Buffer.from('in pieces');
    },
  };
  const put = { method: 'PUT', path: '/', body: source } as const;
  const large = { method: 'PUT', path: '/', body: new Uint8Array(100_000) } as const;
  const text = { method: 'PUT', path: '/', body: 'grün' } as const;
  for (const spec of [put, large, text]) assert.deepEqual((await seenBy(spec)).seen, seen);
  assert.deepEqual((await seenBy(GET, { engine: 'compat' })).seen, seen);
  const other = await seenBy(GET, { seed: 6 });
  assert.ok(other.seen.every((value) => !seen.includes(value)));
  assert.equal(slowest?.length, 10);
  for (const { traceId, spanId, status } of slowest ?? []) {
    assert.ok(seen.includes(`00-${traceId}-${spanId}-00`));
    assert.equal(status, 200);
  }
});

test('[LOAD-32] sampled when asked, none when off, and a header of the step wins, by either engine', async () => {
  const own = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  for (const engine of ['fast', 'compat'] as const) {
    const sampled = await seenBy(GET, { engine, trace: 'sampled' });
    assert.ok(sampled.seen.every((value) => value?.endsWith('-01')));
    const off = await seenBy(GET, { engine, trace: 'off' });
    assert.deepEqual([new Set(off.seen), off.slowest], [new Set([undefined]), undefined]);
    const set = await seenBy({ ...GET, headers: { TraceParent: own } }, { engine });
    assert.deepEqual(new Set(set.seen), new Set([own]));
    assert.equal(set.slowest?.[0]?.traceId, 'a'.repeat(32));
  }
});

test('[LOAD-72] a kind of tracing that there is not is refused', async () => {
  const scenario: Scenario = {
    name: 'one',
    users: 1,
    createUser: () => undefined,
    steps: [{ name: 'a', weight: 1, build: () => GET }],
  };
  const options = { target: 'http://127.0.0.1:1', scenario, arrivals: ARRIVALS, seed: 1, trace: 'on' as 'off' };
  await assert.rejects(runLoad(options), { code: 'MILLRACE_LOAD_OPTION_INVALID', message: /trace/ });
});
