import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Timer } from '../core/index.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { propertySeed } from './property-seed.ts';

/** What a clock must have done: timers in order of scheduling, times as plain sums. */
interface Model {
  now: number;
  wall: number;
  readonly timers: { readonly id: number; readonly due: number; done: boolean }[];
  readonly fired: string[];
}

interface Real {
  readonly clock: FakeClock;
  readonly timers: Timer[];
  readonly fired: string[];
}

type Command = fc.AsyncCommand<Model, Real>;

function compare(model: Model, { clock, fired }: Real): void {
  assert.equal(clock.now(), model.now);
  assert.equal(clock.wallNow(), model.wall);
  assert.equal(clock.pendingTimers, model.timers.filter(({ done }) => !done).length);
  assert.deepEqual(fired, model.fired);
}

function scheduleCommand(delayMs: number): Command {
  return {
    check: () => true,
    async run(model, real) {
      const id = model.timers.length;
      model.timers.push({ id, due: model.now + delayMs, done: false });
      real.timers.push(real.clock.schedule(delayMs, () => real.fired.push(`${id}@${real.clock.now()}`)));
      compare(model, real);
    },
    toString: () => `schedule(${delayMs})`,
  };
}

function cancelCommand(choice: number): Command {
  return {
    check: (model) => model.timers.length > 0,
    async run(model, real) {
      const id = choice % model.timers.length;
      const timer = model.timers[id];
      if (timer !== undefined) timer.done = true;
      real.timers[id]?.cancel();
      compare(model, real);
    },
    toString: () => `cancel(${choice})`,
  };
}

function advanceCommand(ms: number): Command {
  return {
    check: () => true,
    async run(model, real) {
      const due = model.timers.filter((timer) => !timer.done && timer.due <= model.now + ms);
      for (const timer of due.sort((a, b) => a.due - b.due || a.id - b.id)) {
        timer.done = true;
        model.fired.push(`${timer.id}@${timer.due}`);
      }
      model.now += ms;
      model.wall += ms;
      await real.clock.advance(ms);
      compare(model, real);
    },
    toString: () => `advance(${ms})`,
  };
}

function jumpCommand(ms: number): Command {
  return {
    check: () => true,
    async run(model, real) {
      model.wall += ms;
      real.clock.jumpWall(ms);
      compare(model, real);
    },
    toString: () => `jumpWall(${ms})`,
  };
}

test('[TESTING-1, TESTING-2, TESTING-4] any sequence of schedule, cancel, advance and jump does what the model says', async () => {
  const commands = fc.commands(
    [
      fc.nat(50).map(scheduleCommand),
      fc.nat(50).map(scheduleCommand),
      fc.nat(100).map(cancelCommand),
      fc.nat(40).map(advanceCommand),
      fc.integer({ min: -1_000, max: 1_000 }).map(jumpCommand),
    ],
    { maxCommands: 60 },
  );
  const property = fc.asyncProperty(commands, async (list) => {
    await fc.asyncModelRun(
      () => ({
        model: { now: 0, wall: 5_000, timers: [], fired: [] },
        real: { clock: createFakeClock({ wallMs: 5_000 }), timers: [], fired: [] },
      }),
      list,
    );
  });
  await fc.assert(property, { ...propertySeed() });
});
