import { measureBare } from './load/bare.ts';
import { measureComparePower } from './load/compare-power.ts';
import { measureRealFalseAlarms } from './load/compare-real.ts';
import { measureBareEcho, measureEcho } from './load/echo.ts';
import { measureFindMax } from './load/find-max-error.ts';
import { measureHistogramRecord } from './load/histogram-record.ts';
import { measureInterrupts } from './load/interrupt.ts';
import { measureKnownTruths } from './load/known-truths.ts';
import { measureCommandMemory, measureConnectionMemory, measureFlatMemory, measureStartMemory } from './load/memory.ts';
import { measureOpening } from './load/open.ts';
import { measurePercentileError } from './load/percentile-error.ts';
import { measureRates } from './load/rate.ts';
import { measureScripted } from './load/scripted.ts';
import { measureAutocannonStall, measureStall } from './load/stall.ts';
import {
  measureBareTls,
  measureBesideAutocannon,
  measureBesideHey,
  measureThroughput,
  measureTls,
} from './load/throughput.ts';
import { measureValidity } from './load/validity.ts';
import type { Measurement } from './measurement.ts';
import { measureParts, type Part } from './parts.ts';

/** How long and how often each part is measured. Compiled clients have no start to speak of, so rounds beside them are longer; autocannon's start is the longest. */
const QUICK = {
  rounds: 3,
  seconds: 2,
  steadySeconds: 5,
  repeats: 1,
  peer: { rounds: 3, seconds: 6 },
  pace: { rounds: 3, seconds: 2 },
  samples: 5e6,
  verdicts: 2,
} as const;
/** 20 minutes in all. */
const FULL = {
  rounds: 5,
  seconds: 5,
  steadySeconds: 8,
  repeats: 3,
  peer: { rounds: 5, seconds: 15 },
  pace: { rounds: 3, seconds: 10 },
  samples: 1e8,
  verdicts: 25,
} as const;

const RATES = ['rate.100', 'rate.1k', 'rate.10k', 'rate.half', 'rate.half.target'];
const LAGS = ['sendlag.precise', 'sendlag.eco', 'sendlag.eco.cpu'];
const TRUTHS = ['delay.5', 'delay.20', 'delay.100', 'overload.p50', 'overload.p90'];

const SIMULATED = ['compare.false-alarms', 'compare.found-p50', 'compare.found-p99'];

/** The parts of the load area, each with its goals. */
export function loadParts(quick: boolean): Part[] {
  const { rounds, seconds, steadySeconds, repeats, peer, pace, samples, verdicts } = quick ? QUICK : FULL;
  const part = (names: readonly string[], measure: Part['measure']): Part => ({
    goals: names.map((name) => `load.${name}`),
    measure,
  });
  return [
    part(['http.cpu'], () => measureThroughput(rounds, steadySeconds)),
    part(['http.autocannon'], () => measureBesideAutocannon(peer.rounds, peer.seconds)),
    part(['http.hey'], () => measureBesideHey(rounds, steadySeconds)),
    part(['tls.cpu'], () => measureTls(rounds, steadySeconds)),
    part(['tls.bare'], () => measureBareTls(rounds, steadySeconds)),
    part(['scripted.cpu'], () => measureScripted(rounds, seconds)),
    part(['websocket.cpu'], () => measureEcho(rounds, seconds)),
    part(['websocket.bare'], () => measureBareEcho(rounds, seconds)),
    part(['websocket.open', 'websocket.memory'], () => measureOpening(repeats)),
    part([...RATES, ...LAGS], () => measureRates(pace.rounds, pace.seconds * 1_000)),
    part(['sendlag.bare', 'delay.bare'], () => measureBare(pace.rounds, pace.seconds)),
    part(TRUTHS, () => measureKnownTruths(repeats, quick)),
    part(['stall.p95', 'stall.p99', 'stall.max'], () => measureStall(repeats)),
    part(['stall.autocannon.p50', 'stall.autocannon.p99'], () => measureAutocannonStall(repeats)),
    part(['memory.start'], () => measureStartMemory(rounds)),
    part(['memory.command'], () => measureCommandMemory(repeats)),
    part(['memory.connection'], () => measureConnectionMemory(repeats)),
    part(['memory.flat'], () => measureFlatMemory(samples)),
    part(['interrupt', 'interrupt.silent'], () => measureInterrupts(repeats)),
    part(['validity.hog', 'validity.quiet'], () => measureValidity(verdicts)),
    part(['histogram.record'], () => measureHistogramRecord(rounds)),
    part(SIMULATED, () => measureComparePower(200, 200)),
    part(['compare.real-false-alarms'], () => (quick ? [] : measureRealFalseAlarms(20))),
    part(['percentile.error'], () => measurePercentileError()),
    part(['find-max.error', 'find-max.time'], () => measureFindMax(repeats)),
  ];
}

/** The load tester's goals: its price beside its peers', its pacing, its errors where the truth is known, its memory. */
export function measureLoad(quick: boolean): Promise<readonly Measurement[]> {
  return measureParts(loadParts(quick));
}
