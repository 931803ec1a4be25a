import { measureEcho } from './load/echo.ts';
import { measureHistogramRecord } from './load/histogram-record.ts';
import { measureRate } from './load/rate.ts';
import { measureScripted } from './load/scripted.ts';
import { measureStall } from './load/stall.ts';
import { measureThroughput } from './load/throughput.ts';
import type { Measurement } from './measurement.ts';

/** How long and how often each part is measured. */
const QUICK = { rounds: 3, seconds: 2, stalls: 1 } as const;
const FULL = { rounds: 7, seconds: 5, stalls: 3 } as const;

/** The load engine's goals: its price beside wrk's and ws's, its rate, and what it makes of a server that stands still. */
export async function measureLoad(quick: boolean): Promise<readonly Measurement[]> {
  const { rounds, seconds, stalls } = quick ? QUICK : FULL;
  return [
    await measureThroughput(rounds, seconds),
    await measureScripted(rounds, seconds),
    await measureEcho(rounds, seconds),
    await measureRate('load.rate.1k', 1_000, rounds, seconds * 1_000),
    await measureRate('load.rate.5k', 5_000, rounds, seconds * 1_000),
    ...(await measureStall(stalls)),
    measureHistogramRecord(rounds),
  ];
}
