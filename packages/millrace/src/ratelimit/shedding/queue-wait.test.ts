import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, systemClock } from '../../core/index.ts';
import { type RateShedSignal, rateShed } from '../../signals/index.ts';
import type { LoadPriority } from './index.ts';
import { LoopShedder } from './load-shedder.ts';
import { LoadSimulation, type SimulatedSecond, type SimulatedService } from './load-simulation.test.model.ts';

/** A shedder on an event loop at rest, and its clock. */
function open(): { readonly shedder: LoopShedder; wait(ms: number): void } {
  let nowMs = 0;
  const loop = { read: () => ({ idleMs: nowMs, turns: 0 }), atTurnEnd: (call: () => void) => call() };
  const clock = { ...systemClock, now: () => nowMs };
  return {
    shedder: new LoopShedder({ maxDelayMs: 50, clock, random: createRandom(1) }, loop),
    wait(ms) {
      nowMs += ms;
    },
  };
}

const PRIORITIES = ['low', 'normal', 'high', 'critical'] as const;
const admitted = (shedder: LoopShedder): readonly LoadPriority[] =>
  PRIORITIES.filter((priority) => shedder.admit(priority).admitted);

/** So many wait, and one leaves each 10 ms. */
function queueOf(length: number): ReturnType<typeof open> {
  const opened = open();
  const leave = Array.from({ length: length + 50 }, () => opened.shedder.enterQueue());
  for (const call of leave.slice(0, 50)) {
    opened.wait(10);
    call();
  }
  return opened;
}

test('[RATE-150] by the length of a queue and its pace the less important is refused first, what is critical never', () => {
  for (const [length, passing] of [
    [3, PRIORITIES],
    [4, PRIORITIES.slice(1)],
    [6, PRIORITIES.slice(1)],
    [7, PRIORITIES.slice(2)],
    [11, PRIORITIES.slice(2)],
    [12, PRIORITIES.slice(3)],
    [1_000, PRIORITIES.slice(3)],
  ] as const) {
    const { shedder } = queueOf(length);
    assert.deepEqual(admitted(shedder), passing, `${length} waiting`);
    assert.deepEqual([shedder.stats().queued, Math.round(shedder.stats().queueMs)], [length, 10 * (length - 1)]);
  }
});

test('[RATE-150] a queue whose pace slows down is shorter soon after', () => {
  const { shedder, wait } = queueOf(5);
  const leave = Array.from({ length: 20 }, () => shedder.enterQueue());
  for (const call of leave) {
    wait(30);
    call();
  }
  assert.ok(shedder.stats().queueMs > 70);
  assert.deepEqual(admitted(shedder), ['high', 'critical']);
});

test('[RATE-152] what a queue took when all was slow does not keep anybody out once it is fast', () => {
  const { shedder, wait } = open();
  const leaveEach = (calls: readonly (() => void)[], ms: number): void => {
    for (const leave of calls) {
      wait(ms);
      leave();
    }
  };
  leaveEach(
    Array.from({ length: 100 }, () => shedder.enterQueue()),
    1_000,
  );
  for (let burst = 0; burst < 20; burst++) {
    const calls: (() => void)[] = [];
    for (let one = 0; one < 5; one++) if (shedder.admit().admitted) calls.push(shedder.enterQueue());
    assert.ok(calls.length >= 2);
    leaveEach(calls, 5);
  }
  for (let one = 0; one < 5; one++) {
    assert.equal(shedder.admit().admitted, true);
    shedder.enterQueue();
  }
});

test('[RATE-152] a queue that nobody leaves is too long when its first has waited, and an empty one refuses nobody', () => {
  const { shedder, wait } = open();
  wait(10_000);
  const leave = shedder.enterQueue();
  for (const [ms, passing] of [
    [25, PRIORITIES],
    [25, PRIORITIES.slice(1)],
    [1, PRIORITIES.slice(2)],
    [50, PRIORITIES.slice(3)],
  ] as const) {
    wait(ms);
    assert.deepEqual(admitted(shedder), passing);
  }
  leave();
  assert.deepEqual(admitted(shedder), PRIORITIES);
});

test('[RATE-153] who leaves twice leaves once', () => {
  const { shedder, wait } = open();
  const [first] = [shedder.enterQueue(), shedder.enterQueue()];
  wait(60);
  first?.();
  first?.();
  assert.equal(shedder.stats().queued, 1);
  wait(51);
  first?.();
  assert.equal(shedder.admit().admitted, false, 'nobody has left since');
});

test('[RATE-154] the signal says which priority was refused, and for how long things took', () => {
  const said: RateShedSignal[] = [];
  const stop = rateShed.subscribe((signal) => said.push(signal));
  const { shedder, wait } = open();
  shedder.enterQueue();
  wait(60);
  shedder.admit('normal');
  shedder.admit('critical');
  shedder.admit('low', 300);
  stop();
  assert.deepEqual(said, [
    { name: 'default', priority: 'normal', delayMs: 0, queueMs: 60 },
    { name: 'default', priority: 'low', delayMs: 300, queueMs: 60 },
  ]);
});

const SEED = 7;
const SERVICE = { slots: 10, holdMs: 50, maxDelayMs: 50 };

function simulate(phases: SimulatedService['phases']): LoadSimulation {
  const simulation = new LoadSimulation({ ...SERVICE, phases }, SEED);
  simulation.run();
  return simulation;
}

function p99(seconds: readonly SimulatedSecond[], priority: LoadPriority): number {
  const latencies = seconds.flatMap((second) => second.latencies[priority]).sort((one, other) => one - other);
  return latencies[Math.floor(0.99 * latencies.length)]!;
}

/** The share of a class that is taken on, over some seconds. */
function share(seconds: readonly SimulatedSecond[], priority: LoadPriority): number {
  const sum = (of: 'admitted' | 'offered'): number =>
    seconds.reduce((total, second) => total + second[of][priority], 0);
  return sum('admitted') / sum('offered');
}

/** What was answered in time, of what could be done. */
function goodput({ capacity }: LoadSimulation, seconds: readonly SimulatedSecond[]): number {
  const inTime = seconds.map(
    ({ latencies }) =>
      Object.values(latencies)
        .flat()
        .filter((ms) => ms <= 500).length,
  );
  return inTime.reduce((sum, count) => sum + count, 0) / seconds.length / capacity;
}

test('[RATE-151] at 2 and 4 times the capacity nearly all of it is done in time, and what is important as if at rest', () => {
  const atRest = p99(simulate([{ seconds: 60, load: 0.5 }]).seconds, 'high');
  for (const load of [2, 4]) {
    const simulation = simulate([{ seconds: 60, load }]);
    const { seconds } = simulation;
    assert.ok(goodput(simulation, seconds) >= 0.9, `${load} times: ${goodput(simulation, seconds)}`);
    assert.ok(p99(seconds, 'high') <= 2 * atRest, `${load} times: ${p99(seconds, 'high')} ms, at rest ${atRest} ms`);
    assert.ok(share(seconds, 'high') >= 0.9, `high: ${share(seconds, 'high')}`);
    assert.ok(share(seconds, 'low') < share(seconds, 'normal'), 'the less important is refused first');
  }
});

test('[RATE-151] no second takes all on, and none nothing, and when the rush is over all are taken on again', () => {
  const simulation = simulate([
    { seconds: 60, load: 2 },
    { seconds: 20, load: 0.5 },
  ]);
  const rush = simulation.seconds.slice(0, 60);
  for (const [at, second] of rush.entries()) {
    const normal = share([second], 'normal');
    assert.ok(normal > 0.25 && normal < 0.8, `second ${at}: ${normal}`);
    assert.ok(goodput(simulation, [second]) > 0.7, `second ${at}: ${goodput(simulation, [second])}`);
  }
  const after = simulation.seconds.slice(61, 80);
  for (const priority of ['high', 'normal'] as const) assert.equal(share(after, priority), 1);
});
