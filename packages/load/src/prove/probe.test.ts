import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addCounters } from './counters.ts';
import type { ProbeContext, ProbeSpec } from './manifest.ts';
import { instantRunner, phaseOf, testManifest, timesUs } from './proof-doubles.test.ts';
import { prove } from './prove.ts';

const OPTIONS = { tier: 'quick', run: instantRunner, stopTimeoutMs: 1000 } as const;
const counts = (stale: number) => ({ counters: { stale, dbQueries: 1 }, histograms: { delayUs: timesUs([stale]) } });

test('[PROVE-43] a probe asks each arm with a seed that the arms of a block share, and its counts show as costs', async () => {
  const seen: ProbeContext[] = [];
  const probe: ProbeSpec = {
    id: 'freshness',
    async run(context) {
      seen.push(context);
      assert.match(await (await fetch(`${context.baseUrl}/named`)).text(), /"(old|new)"/);
      return counts(seen.length);
    },
  };
  const costs = [
    { id: 'stale', label: 'stale', counter: 'stale', per: 'dbQueries' },
    { id: 'cpu', label: 'cpu', counter: 'cpuUs' },
    { id: 'readings', label: 'readings', counter: 'cpuUs', per: 'dbQueries' },
  ];
  const phases = [phaseOf('mix', { seconds: 2, probes: [probe] })];
  const result = await prove(testManifest({ phases, costs }), OPTIONS);
  assert.deepEqual(
    seen.map(({ durationMs }) => durationMs),
    [2000, 2000, 2000, 2000],
  );
  const [first, second, third, fourth] = seen.map(({ seed }) => seed);
  assert.ok(first === second && third === fourth && first !== third);
  // Rounds 0 and 3 are of the first arm; the arm counts one query a reading itself, the probe one more.
  const [stale, readings] = result.costs;
  assert.equal(result.costs.length, 2, 'nothing by request: what the probes asked is not among the answers');
  assert.deepEqual(
    stale?.arms.map(({ value, samples }) => [value, samples]),
    [
      [5 / 4, 4],
      [5 / 4, 4],
    ],
  );
  assert.ok((readings?.arms[0]?.value ?? 0) > 0, 'the counters of the arm are still there');
  assert.equal(result.rounds[0]?.phases[0]?.counted?.histograms.delayUs?.count, 1);
});

test('[PROVE-43] a probe that fails ends the proof with an error that names it, with everything freed', async () => {
  const probe: ProbeSpec = { id: 'freshness', run: () => Promise.reject(new Error('no such page')) };
  const manifest = testManifest({ phases: [phaseOf('mix', { probes: [probe] })] });
  await assert.rejects(prove(manifest, OPTIONS), {
    code: 'MILLRACE_PROVE_PROBE_FAILED',
    message: /probe freshness of the phase mix failed against arm before: no such page/,
  });
  assert.deepEqual(manifest.log.slice(-2), ['free old 0', 'close']);
});

test('[PROVE-43] without counters of the arm, those of the probes stand alone', () => {
  assert.equal(addCounters(null, []), null);
  assert.deepEqual(addCounters(null, [counts(2), counts(3)])?.counters, { stale: 5, dbQueries: 2 });
  assert.equal(addCounters(counts(1), [counts(2)])?.histograms.delayUs?.count, 2);
});
