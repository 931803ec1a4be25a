import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRESETS } from './load-presets.ts';
import { readShape, type ShapeFlags } from './load-shape.ts';

const NONE = {
  ...{ rate: undefined, qps: undefined, duration: undefined, ramp: undefined, steps: undefined, spike: undefined },
  ...{ sine: undefined, concurrency: undefined, connections: undefined, users: undefined, requests: undefined },
};
const flagsOf = (flags: Partial<ShapeFlags>): ShapeFlags => ({ ...NONE, preset: undefined, poisson: false, ...flags });

test('[CLI-40] without a rate users wait for each answer; ten of them for ten seconds unless told otherwise', () => {
  const closed = { kind: 'closed', users: 10, durationMs: 10_000, requests: undefined };
  assert.deepEqual(readShape(flagsOf({})), closed);
  for (const flag of ['users', 'concurrency', 'connections'])
    assert.deepEqual(readShape(flagsOf({ [flag]: '7' })), { ...closed, users: 7 });
  assert.deepEqual(readShape(flagsOf({ users: '7', concurrency: '7', duration: '3' })), {
    ...closed,
    ...{ users: 7, durationMs: 3000 },
  });
});

test('[CLI-40] with a rate the schedule decides, and concurrency is the number of connections', () => {
  const arrivals = { kind: 'constant', ratePerSecond: 50, durationMs: 10_000 };
  assert.deepEqual(readShape(flagsOf({ rate: '50' })), { kind: 'open', arrivals, connections: 64, users: undefined });
  assert.deepEqual(readShape(flagsOf({ qps: '50', concurrency: '5', users: '9' })), {
    ...{ kind: 'open', arrivals, connections: 5, users: 9 },
  });
});

test('[CLI-41] a preset gives users and duration, each of which may be given beside it', () => {
  const found = Object.entries(PRESETS).map(([name, { users, durationMs }]) => [name, users, durationMs / 1000]);
  assert.deepEqual(found, [
    ['smoke', 1, 10],
    ['baseline', 10, 60],
    ['load', 50, 300],
    ['stress', 100, 300],
    ['spike', 200, 60],
    ['soak', 50, 3600],
  ]);
  assert.deepEqual(readShape(flagsOf({ preset: 'soak', duration: '10m' })), {
    ...{ kind: 'closed', users: 50, durationMs: 600_000, requests: undefined },
  });
  const open = readShape(flagsOf({ preset: 'load', rate: '100' }));
  assert.deepEqual(open, {
    arrivals: { kind: 'constant', ratePerSecond: 100, durationMs: 300_000 },
    ...{ kind: 'open', connections: 50, users: undefined },
  });
});

test('[CLI-42] --requests ends a run: at a rate after the time they take, else when so many were sent', () => {
  const durationOf = (flags: Partial<ShapeFlags>): number | undefined => {
    const shape = readShape(flagsOf({ ...flags, requests: '200' }));
    return shape.kind === 'open' ? shape.arrivals.durationMs : undefined;
  };
  assert.equal(durationOf({ rate: '50' }), 4000);
  assert.equal(durationOf({ rate: '50', duration: '1' }), 1000);
  assert.equal(durationOf({ rate: '50', duration: '9' }), 4000);
  const closed = { kind: 'closed', users: 10, durationMs: 600_000, requests: 200 };
  assert.deepEqual(readShape(flagsOf({ requests: '200' })), closed);
  assert.deepEqual(readShape(flagsOf({ requests: '200', duration: '5' })), { ...closed, durationMs: 5000 });
});

test('[CLI-2] flags that contradict each other or say what cannot be are refused', () => {
  const wrong: [Partial<ShapeFlags>, RegExp][] = [
    [{ users: '5', concurrency: '6' }, /--users 5 and --concurrency 6 contradict each other/],
    [{ rate: '5', connections: '5', concurrency: '6' }, /--concurrency 6 and --connections 5 contradict/],
    [{ poisson: true }, /needs --rate/],
    [{ ramp: '1:2', requests: '5' }, /--requests goes with a constant rate/],
    [{ rate: '5', poisson: true, requests: '5' }, /--requests goes with a constant rate/],
    [{ rate: '0.001', requests: '999' }, /more than a day/],
    [{ users: '10001' }, /more than 10000 connections/],
    [{ preset: 'huge' }, /--preset is "huge"/],
    [{ preset: 'toString' }, /--preset is "toString"/],
    [{ concurrency: '0' }, /--concurrency is "0"/],
    [{ requests: '1.5' }, /--requests is "1\.5"/],
    [{ duration: '1x' }, /--duration is "1x"/],
  ];
  for (const [flags, message] of wrong) assert.throws(() => readShape(flagsOf(flags)), { message });
});
