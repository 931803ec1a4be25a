import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { HealthMonitor } from './generator-health.ts';

const BUSY_MS = 50;

function spin(): void {
  const start = process.threadCpuUsage();
  let used = 0;
  while (used < BUSY_MS * 1_000) {
    const { user, system } = process.threadCpuUsage(start);
    used = user + system;
  }
}

test('[LOAD-81] a core that is full while sending is not hidden by a quiet drain', async () => {
  const clock = createFakeClock();
  const monitor = new HealthMonitor(clock);
  spin();
  await clock.advance(BUSY_MS);
  monitor.endSending();
  await clock.advance(10_000);
  monitor.endSending();
  const { cpuMs, elapsedMs, sendingCpuShare } = monitor.stop();
  assert.ok(sendingCpuShare >= 1, `${sendingCpuShare}`);
  assert.equal(elapsedMs, BUSY_MS + 10_000);
  assert.ok(cpuMs >= BUSY_MS && cpuMs < elapsedMs, `${cpuMs}`);
});
