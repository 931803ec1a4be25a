import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArrivalFlags, readArrivals } from './arrival-flags.ts';

const NONE = { rate: undefined, qps: undefined, durationMs: 30_000, ramp: undefined, steps: undefined };
const flagsOf = (flags: Partial<ArrivalFlags>): ArrivalFlags => {
  return { ...NONE, spike: undefined, sine: undefined, poisson: false, ...flags };
};
const durationMs = 30_000;

test('[CLI-22] each shape as its flag says', () => {
  assert.deepEqual(readArrivals(flagsOf({ rate: '5' })), { kind: 'constant', ratePerSecond: 5, durationMs });
  const ramp = { kind: 'ramp', fromPerSecond: 10, toPerSecond: 100, durationMs };
  assert.deepEqual(readArrivals(flagsOf({ ramp: '10:100' })), ramp);
  const steps = { kind: 'steps', ratesPerSecond: [50, 0, 200], durationMs };
  assert.deepEqual(readArrivals(flagsOf({ steps: '50,0,200' })), steps);
  const spike = { kind: 'spike', ratePerSecond: 50, peakPerSecond: 500, peakAtMs: 10_000, peakMs: 2_000, durationMs };
  assert.deepEqual(readArrivals(flagsOf({ rate: '50', spike: '500:10s:2s' })), spike);
  assert.deepEqual(readArrivals(flagsOf({ rate: '50', spike: '500:0:2s' })), { ...spike, peakAtMs: 0 });
  const sine = { kind: 'sine', ratePerSecond: 100, amplitudePerSecond: 50, periodMs: 20_000, durationMs };
  assert.deepEqual(readArrivals(flagsOf({ qps: '100', sine: '50:20s' })), sine);
  assert.deepEqual(readArrivals(flagsOf({ ramp: '10:100', poisson: true })), { ...ramp, poisson: true });
});

test('[CLI-22] shapes that contradict each other or say too little are refused', () => {
  const wrong: [Partial<ArrivalFlags>, RegExp][] = [
    [{}, /needs --rate/],
    [{ rate: '5', ramp: '1:2' }, /--ramp and --rate contradict/],
    [{ qps: '5', steps: '1,2' }, /--steps and --rate contradict/],
    [{ ramp: '1:2', sine: '1:2s' }, /--ramp and --sine contradict/],
    [{ ramp: '10' }, /--ramp is "10"/],
    [{ ramp: '10:-1' }, /--ramp is "-1"/],
    [{ steps: '5,,6' }, /--steps is ""/],
    [{ spike: '9:1s:1s' }, /needs --rate/],
    [{ rate: '5', spike: '9:29s:2s' }, /--spike is "2s"/],
    [{ rate: '5', sine: '6:2s' }, /--sine is "6"/],
    [{ rate: '5', sine: '5:2x' }, /--sine is "2x"/],
  ];
  for (const [flags, message] of wrong) assert.throws(() => readArrivals(flagsOf(flags)), { message });
});
