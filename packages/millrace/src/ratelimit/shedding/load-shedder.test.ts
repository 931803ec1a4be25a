import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, systemClock } from '../../core/index.ts';
import type { EventLoop } from './event-loop.ts';
import { createLoadShedder, type LoadPriority } from './index.ts';
import { LoopShedder } from './load-shedder.ts';

/** An event loop whose time and turns the test makes. */
class MadeLoop implements EventLoop {
  ms = 0;
  idleMs = 0;
  turns = 0;
  readonly clock = { ...systemClock, now: () => this.ms };
  #ends: (() => void)[] = [];

  read(): { readonly idleMs: number; readonly turns: number } {
    return { idleMs: this.idleMs, turns: this.turns };
  }

  atTurnEnd(call: () => void): void {
    this.#ends.push(call);
  }

  work(ms: number): void {
    this.ms += ms;
  }

  /** The next turn, after a rest if there is one. */
  turn(restMs = 0): void {
    for (const call of this.#ends.splice(0)) call();
    this.turns++;
    this.ms += restMs;
    this.idleMs += restMs;
  }
}

function open(options: { readonly maxDelayMs?: number; readonly retryAfterMs?: number } = {}): {
  readonly loop: MadeLoop;
  readonly shedder: LoopShedder;
} {
  const loop = new MadeLoop();
  const shedder = new LoopShedder({ random: createRandom(1), clock: loop.clock, ...options }, loop);
  return { loop, shedder };
}

/** As if it had been busy all the time until now, in short turns. */
function busy({ loop, shedder }: ReturnType<typeof open>): void {
  for (let turn = 0; turn < 50; turn++) {
    shedder.admit();
    loop.work(10);
    loop.turn();
  }
}

/** How many of so many requests of one turn pass, each of which takes so long. */
function passing(
  { loop, shedder }: ReturnType<typeof open>,
  requests: number,
  ms: number,
  priority?: LoadPriority,
): number {
  let passed = 0;
  for (let request = 0; request < requests; request++) {
    if (!shedder.admit(priority).admitted) continue;
    passed++;
    loop.work(ms);
  }
  return passed;
}

test('[RATE-140] a turn of a busy loop takes on what it can in time, refuses the rest, and the next one begins anew', () => {
  const made = open();
  busy(made);
  for (let turn = 0; turn < 3; turn++) {
    assert.equal(passing(made, 100, 10), 6, 'the last begins after 50 ms');
    made.loop.turn();
  }
  const { admitted, shed, utilization } = made.shedder.stats();
  assert.deepEqual([admitted, shed, utilization], [68, { critical: 0, high: 0, normal: 282, low: 0 }, 1]);
});

test('[RATE-141] the less important is refused first, and what is critical never', () => {
  const made = open();
  busy(made);
  const passed = (['low', 'normal', 'high', 'critical'] as const).map((priority) => {
    const count = passing(made, 30, 10, priority);
    made.loop.turn();
    // A turn that took long is made up for by rest.
    made.loop.turn(1);
    return count;
  });
  assert.deepEqual(passed, [3, 6, 11, 30]);
});

test('[RATE-142] a loop that is mostly at rest refuses only what waits four times as long', () => {
  const made = open();
  for (let turn = 0; turn < 10; turn++) {
    made.shedder.admit();
    made.loop.work(30);
    made.loop.turn(30);
  }
  assert.equal(made.shedder.stats().utilization, 0.5);
  assert.equal(passing(made, 100, 10), 21);
});

test('[RATE-143] what waited elsewhere counts, and who is refused is told to come again at times apart', () => {
  const made = open({ retryAfterMs: 2_000 });
  busy(made);
  assert.deepEqual(made.shedder.admit('normal', 50), { admitted: true, retryAfterMs: 0 });
  const told = Array.from({ length: 50 }, () => made.shedder.admit('normal', 51));
  assert.ok(told.every(({ admitted, retryAfterMs }) => !admitted && retryAfterMs >= 2_000 && retryAfterMs <= 4_000));
  assert.ok(new Set(told.map(({ retryAfterMs }) => retryAfterMs)).size > 40);
  assert.throws(() => made.shedder.admit('urgent' as LoadPriority), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
});

test('[RATE-144] when turns get long by what goes on later, the next ones begin by refusing', () => {
  const made = open();
  busy(made);
  const { loop, shedder } = made;
  for (const [workMs, admitted] of [
    [90, true],
    [110, true],
    [90, false],
    [10, true],
  ] as const) {
    assert.equal(shedder.admit().admitted, admitted, `${workMs} ms`);
    loop.work(workMs);
    loop.turn();
  }
  shedder.admit();
  loop.work(300);
  loop.turn(1);
  assert.equal(shedder.admit().admitted, true, 'it has rested since');
  loop.work(40);
  for (let turn = 0; turn < 10; turn++) loop.turn();
  assert.equal(shedder.admit().admitted, true, 'these were short turns without requests');
});

test('[RATE-145] on the real event loop requests after a long one are refused, and nobody after a rest', async () => {
  const shedder = createLoadShedder({ maxDelayMs: 5 });
  assert.equal(shedder.admit().admitted, true);
  const end = performance.now() + 50;
  while (performance.now() < end);
  assert.equal(shedder.admit().admitted, false);
  assert.equal(shedder.admit('critical').admitted, true);
  for (let rest = 1; ; rest++) {
    await sleep(20);
    if (shedder.admit().admitted) break;
    assert.ok(rest < 100, 'a loop that is busy with others may have no rest, but not always');
  }
});

test('[RATE-146] options out of range or unknown are refused', () => {
  for (const wrong of [{ name: '' }, { maxDelayMs: 4 }, { maxDelayMs: 10_001 }, { retryAfterMs: -1 }]) {
    assert.throws(() => createLoadShedder(wrong), { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' });
  }
  assert.throws(() => createLoadShedder({ maxDelay: 5 } as object), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});
