import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadModel } from '@millrace/load';
import { PRESETS } from './load-presets.ts';
import { readShape, type ShapeFlags } from './load-shape.ts';

const NONE = {
  ...{ rate: undefined, qps: undefined, duration: undefined, ramp: undefined, steps: undefined, spike: undefined },
  ...{ sine: undefined, concurrency: undefined, connections: undefined, users: undefined, requests: undefined },
};
const flagsOf = (flags: Partial<ShapeFlags>): ShapeFlags => ({ ...NONE, preset: undefined, poisson: false, ...flags });

test('[CLI-40] without a rate users wait for each answer, for ten seconds unless told otherwise', () => {
  const model = { kind: 'closed', durationMs: 10_000 };
  assert.deepEqual(readShape(flagsOf({})), { model, connections: undefined });
  for (const flag of ['users', 'concurrency', 'connections'])
    assert.deepEqual(readShape(flagsOf({ [flag]: '7' })), { model, connections: 7 });
  assert.deepEqual(readShape(flagsOf({ users: '7', concurrency: '7', duration: '3' })), {
    ...{ model: { kind: 'closed', durationMs: 3000 }, connections: 7 },
  });
});

test('[CLI-40] with a rate the schedule decides, and users are the most connections', () => {
  const model = { kind: 'constant', ratePerSecond: 50, durationMs: 10_000 };
  assert.deepEqual(readShape(flagsOf({ rate: '50' })), { model, connections: undefined });
  assert.deepEqual(readShape(flagsOf({ qps: '50', concurrency: '5' })), { model, connections: 5 });
  assert.deepEqual(readShape(flagsOf({ qps: '50', users: '5' })), { model, connections: 5 });
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
  const soak = readShape(flagsOf({ preset: 'soak', duration: '10m' }));
  assert.deepEqual(soak, { model: { kind: 'closed', durationMs: 600_000 }, connections: 50 });
  const open = readShape(flagsOf({ preset: 'load', rate: '100', users: '7' }));
  assert.deepEqual(open, {
    ...{ model: { kind: 'constant', ratePerSecond: 100, durationMs: 300_000 }, connections: 7 },
  });
});

test('[CLI-42] --requests ends a run: at a rate after the time they take, else when so many were sent', () => {
  const modelOf = (flags: Partial<ShapeFlags>): LoadModel => readShape(flagsOf({ ...flags, requests: '200' })).model;
  assert.equal(modelOf({ rate: '50' }).durationMs, 4000);
  assert.equal(modelOf({ rate: '50', duration: '1' }).durationMs, 1000);
  assert.equal(modelOf({ rate: '50', duration: '9' }).durationMs, 4000);
  assert.deepEqual(modelOf({}), { kind: 'closed', durationMs: 600_000, requests: 200 });
  assert.deepEqual(modelOf({ duration: '5' }), { kind: 'closed', durationMs: 5000, requests: 200 });
});

test('[CLI-2] flags that contradict each other or say what cannot be are refused', () => {
  const wrong: [Partial<ShapeFlags>, RegExp][] = [
    [{ users: '5', concurrency: '6' }, /--users 5 and --concurrency 6 contradict each other/],
    [{ rate: '5', connections: '5', concurrency: '6' }, /--concurrency 6 and --connections 5 contradict/],
    [{ poisson: true }, /needs --rate/],
    [{ ramp: '1:2', requests: '5' }, /--requests goes with a constant rate/],
    [{ rate: '5', poisson: true, requests: '5' }, /--requests goes with a constant rate/],
    [{ rate: '0.001', requests: '999' }, /more than a day/],
    [{ users: '10001' }, /--users is "10001"/],
    [{ preset: 'huge' }, /--preset is "huge"/],
    [{ preset: 'toString' }, /--preset is "toString"/],
    [{ concurrency: '0' }, /--concurrency is "0"/],
    [{ requests: '1.5' }, /--requests is "1\.5"/],
    [{ duration: '1x' }, /--duration is "1x"/],
  ];
  for (const [flags, message] of wrong) assert.throws(() => readShape(flagsOf(flags)), { message });
});
