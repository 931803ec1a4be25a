import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SelfTestCheck } from './check.ts';
import { runSelfTest } from './self-test.ts';

test('[SELF-2, SELF-3, SELF-4, SELF-5, SELF-9] a quick self-test checks every figure, and none by chance', async () => {
  const told: SelfTestCheck[] = [];
  const { checks, verdict, reasons } = await runSelfTest({ isQuick: true, onChecks: (part) => told.push(...part) });
  assert.deepEqual(told, checks);
  assert.deepEqual(
    checks.map(({ part, condition, figure }) => `${part} ${condition} ${figure}`),
    [
      ...[5, 20, 100].flatMap((delayMs) => [`delay ${delayMs} p50`, `delay ${delayMs} p99`]),
      'delay 100 samples',
      ...['p95', 'p99', 'max', 'samples'].map((figure) => `stall 500 ${figure}`),
      ...['p50', 'p90', 'samples'].map((figure) => `overload 2000 ${figure}`),
      ...[100, 1_000, 10_000]
        .map((rate) => `pacing ${rate} achieved`)
        .concat(['lag-precise 10000 p99', 'lag-precise 10000 p99.9']),
      'lag-eco 5000 p99',
    ],
  );
  // How far off the times are is the machine's to say; that nothing is lost is not.
  assert.ok(checks.every(({ figure, met }) => figure !== 'samples' || met));
  assert.equal(verdict === 'invalid', reasons.length > 0);
});
