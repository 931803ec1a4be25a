import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from './clock.ts';

test('[CORE-1] monotonic time never steps back', () => {
  let previous = systemClock.now();
  for (let i = 0; i < 10_000; i++) {
    const now = systemClock.now();
    assert.ok(now >= previous);
    previous = now;
  }
});

test('[CORE-1] wall time is that of Date', () => {
  const before = Date.now();
  const told = systemClock.wallNow();
  assert.ok(before <= told && told <= Date.now());
});

test('[CORE-2] a timer fires once, and not after it was cancelled', async () => {
  const fired: string[] = [];
  const kept = systemClock.schedule(1, () => fired.push('kept'));
  const cancelled = systemClock.schedule(1, () => fired.push('cancelled'));
  systemClock.schedule(-5, () => fired.push('negative'));
  cancelled.cancel();
  await sleep(20);
  kept.cancel();
  assert.deepEqual(fired.sort(), ['kept', 'negative']);
});

test('[CORE-2] a timer that must not keep the process alive does not', () => {
  const program = `
    import { systemClock } from ${JSON.stringify(new URL('./clock.ts', import.meta.url).href)};
    for (const delayMs of [600_000, 2 ** 31 + 600_000]) systemClock.schedule(delayMs, () => {}, { keepAlive: false });
  `;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { timeout: 30_000 });
  assert.equal(child.status, 0, child.stderr.toString());
});

test('[CORE-3] a delay past 2^31 ms waits instead of firing at once', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let fired = 0;
  systemClock.schedule(2 ** 31 + 1_000, () => fired++);
  t.mock.timers.tick(2 ** 31 - 1);
  t.mock.timers.tick(1_000);
  assert.equal(fired, 0);
  t.mock.timers.tick(1);
  assert.equal(fired, 1);
});

test('[CORE-3] a far timer can be cancelled on either leg', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let fired = 0;
  const first = systemClock.schedule(2 ** 31 + 1_000, () => fired++);
  const second = systemClock.schedule(2 ** 31 + 1_000, () => fired++);
  first.cancel();
  t.mock.timers.tick(2 ** 31 - 1);
  second.cancel();
  t.mock.timers.tick(2_000);
  assert.equal(fired, 0);
});

test('[CORE-3] a delay that is not finite is refused', () => {
  for (const delayMs of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => systemClock.schedule(delayMs, () => {}), { code: 'MILLRACE_CORE_OPTION_INVALID' });
  }
});
