import { measureEcho } from './load/echo.ts';
import { measureHistogramRecord } from './load/histogram-record.ts';
import { measureInterrupts } from './load/interrupt.ts';
import { measureKnownTruths } from './load/known-truths.ts';
import { measureConnectionMemory, measureFlatMemory, measureStartMemory } from './load/memory.ts';
import { measureOpening } from './load/open.ts';
import { measureRates } from './load/rate.ts';
import { measureScripted } from './load/scripted.ts';
import { measureStall } from './load/stall.ts';
import { measureBesideAutocannon, measureThroughput, measureTls } from './load/throughput.ts';
import type { Measurement } from './measurement.ts';

/** How long and how often each part is measured. Compiled clients have no start to speak of, so rounds beside them are longer; autocannon's start is the longest. */
const QUICK = {
  rounds: 3,
  seconds: 2,
  steadySeconds: 5,
  repeats: 1,
  peer: { rounds: 3, seconds: 6 },
  samples: 5e6,
} as const;
const FULL = {
  rounds: 7,
  seconds: 5,
  steadySeconds: 8,
  repeats: 3,
  peer: { rounds: 5, seconds: 15 },
  samples: 1e8,
} as const;

/** The load tester's goals: its price beside its peers', its pacing, its errors where the truth is known, its memory. */
export async function measureLoad(quick: boolean): Promise<readonly Measurement[]> {
  const { rounds, seconds, steadySeconds, repeats, peer, samples } = quick ? QUICK : FULL;
  return [
    await measureThroughput(rounds, steadySeconds),
    await measureBesideAutocannon(peer.rounds, peer.seconds),
    await measureTls(rounds, steadySeconds),
    await measureScripted(rounds, seconds),
    await measureEcho(rounds, seconds),
    ...(await measureOpening(repeats)),
    ...(await measureRates(rounds, seconds * 1_000)),
    ...(await measureKnownTruths(repeats, quick)),
    ...(await measureStall(repeats)),
    await measureStartMemory(rounds),
    await measureConnectionMemory(repeats),
    await measureFlatMemory(samples),
    ...(await measureInterrupts(repeats)),
    measureHistogramRecord(rounds),
  ];
}
