import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from 'millrace/core';
import { createFakeClock } from 'millrace/testing';
import { HEALTH_CELLS, type Health, HealthMonitor, readHealth } from './generator-health.ts';

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

test('[LOAD-81] a wall clock that leaves the monotonic one is told, the slow drift of one is not', async () => {
  const clock = createFakeClock();
  const memory = new Float64Array(HEALTH_CELLS);
  const monitor = new HealthMonitor(clock, memory);
  const look = async (): Promise<void> => {
    await clock.advance(100);
    monitor.look(clock.now());
  };
  for (let i = 0; i < 20; i++) {
    clock.jumpWall(60);
    await look();
  }
  assert.equal(readHealth(memory).clockJumpMs, 60);
  clock.jumpWall(-3_000);
  await look();
  assert.equal(readHealth(memory).clockJumpMs, 3_000);
  assert.equal(monitor.stop().clockJumpMs, 3_000);
});

test('[LOAD-81] what garbage collection took while sending is told', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const monitor = new HealthMonitor(systemClock);
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  monitor.endSending();
  assert.ok(monitor.stop().sendingGcShare > 0);
});

const STOPPED_MS = 1_200;

/** Watches itself until it is told to end by its input. */
const WATCHED = `
  import { systemClock } from 'millrace/core';
  import { HealthMonitor } from ${JSON.stringify(new URL('./generator-health.ts', import.meta.url).href)};
  const monitor = new HealthMonitor(systemClock);
  setTimeout(() => process.stderr.write('watching'), 200);
  process.stdin.resume().on('end', () => setTimeout(() => process.stdout.write(JSON.stringify(monitor.stop())), 100));
`;

test('[LOAD-81] hard case 15: a generator that stood still for more than a second is told, though both clocks went on', async () => {
  const child = spawn(process.execPath, ['--conditions=millrace-source', '--input-type=module', '-e', WATCHED]);
  try {
    const told = text(child.stdout);
    await once(child.stderr, 'data');
    child.kill('SIGSTOP');
    await sleep(STOPPED_MS);
    child.kill('SIGCONT');
    child.stdin.end();
    const { loopDelayMaxUs } = JSON.parse(await told) as Health;
    assert.ok(loopDelayMaxUs > 1_000_000, `${loopDelayMaxUs}`);
  } finally {
    child.kill('SIGKILL');
  }
});
