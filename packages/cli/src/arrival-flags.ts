import type { LoadOptions } from '@millrace/load';
import { invalidFlag, usage } from './errors.ts';
import { readDurationMs, readNumber } from './flags.ts';

type Arrivals = LoadOptions<unknown>['arrivals'];

/** The flags that say how many requests start when, as they were given. */
export interface ArrivalFlags {
  readonly rate: string | undefined;
  readonly qps: string | undefined;
  readonly durationMs: number;
  readonly ramp: string | undefined;
  readonly steps: string | undefined;
  readonly spike: string | undefined;
  readonly sine: string | undefined;
  readonly poisson: boolean;
}

const MAX_DURATION_MS = 24 * 3_600_000;
const MAX_PER_SECOND = 1_000_000;

/** What the flags say. @throws MILLRACE_CLI_USAGE or MILLRACE_CLI_FLAG_INVALID */
export function readArrivals(flags: ArrivalFlags): Arrivals {
  const { ramp, steps, spike, sine, poisson } = flags;
  const shapes = Object.entries({ ramp, steps, spike, sine }).filter(([, text]) => text !== undefined);
  const [first, second] = shapes.map(([name]) => `--${name}`);
  if (second !== undefined) throw usage(`${first} and ${second} contradict each other`);
  return { ...readShape(flags), ...(poisson ? { poisson } : {}) };
}

function readShape(flags: ArrivalFlags): Arrivals {
  const { ramp, steps, spike, sine, durationMs } = flags;
  if (ramp !== undefined) return { kind: 'ramp', ...readRamp(refuseRate('--ramp', flags, ramp)), durationMs };
  if (steps !== undefined) {
    const ratesPerSecond = refuseRate('--steps', flags, steps)
      .split(',')
      .map((rate) => readPerSecond('--steps', rate));
    return { kind: 'steps', ratesPerSecond, durationMs };
  }
  const ratePerSecond = readRate(flags);
  if (spike !== undefined) return { kind: 'spike', ratePerSecond, ...readSpike(spike, durationMs), durationMs };
  if (sine !== undefined) return { kind: 'sine', ratePerSecond, ...readSine(sine, ratePerSecond), durationMs };
  return { kind: 'constant', ratePerSecond, durationMs };
}

function readRamp(text: string): { fromPerSecond: number; toPerSecond: number } {
  const [from, to] = split('--ramp', text, 2, 'FROM:TO, such as 10:100');
  return { fromPerSecond: readPerSecond('--ramp', from), toPerSecond: readPerSecond('--ramp', to) };
}

function readSpike(text: string, durationMs: number): { peakPerSecond: number; peakAtMs: number; peakMs: number } {
  const [peak, at, length] = split('--spike', text, 3, 'PEAK:AT:LENGTH, such as 500:10s:2s');
  const peakAtMs = readDurationMs('--spike', at, durationMs, 0);
  return {
    peakPerSecond: readPerSecond('--spike', peak),
    peakAtMs,
    peakMs: readDurationMs('--spike', length, durationMs - peakAtMs),
  };
}

function readSine(text: string, mean: number): { amplitudePerSecond: number; periodMs: number } {
  const [amplitude, period] = split('--sine', text, 2, 'AMPLITUDE:PERIOD, such as 50:20s');
  return {
    amplitudePerSecond: readNumber('--sine', amplitude, { min: 0, max: mean }),
    periodMs: readDurationMs('--sine', period, MAX_DURATION_MS),
  };
}

function readRate({ rate, qps }: ArrivalFlags): number {
  if (rate !== undefined && qps !== undefined && rate !== qps)
    throw usage(`--rate ${rate} and --qps ${qps} contradict each other`);
  const given = rate ?? qps;
  if (given === undefined) throw usage('load run needs --rate');
  return readNumber('--rate', given, { min: 0.001, max: MAX_PER_SECOND });
}

/** A shape that has all its rates takes no other. */
function refuseRate(flag: string, { rate, qps }: ArrivalFlags, text: string): string {
  if (rate !== undefined || qps !== undefined) throw usage(`${flag} and --rate contradict each other`);
  return text;
}

function readPerSecond(flag: string, text: string): number {
  return readNumber(flag, text, { min: 0, max: MAX_PER_SECOND });
}

function split(flag: string, text: string, count: 2, allowed: string): [string, string];
function split(flag: string, text: string, count: 3, allowed: string): [string, string, string];
function split(flag: string, text: string, count: number, allowed: string): string[] {
  const parts = text.split(':');
  if (parts.length === count) return parts;
  throw invalidFlag(flag, JSON.stringify(text), allowed);
}
