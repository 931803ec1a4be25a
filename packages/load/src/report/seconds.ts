import type { ProofResult } from '../prove/index.ts';
import type { SecondResult } from '../result/index.ts';
import type { SecondPoint } from './charts/index.ts';
import { phaseLabel, streamName } from './heading.ts';
import { wholeSeconds } from './load/load-seconds.ts';
import type { Texts } from './texts.ts';

/** A figure that is shown second by second. */
export interface SecondFigure {
  readonly heading: 'throughput' | 'errors' | 'slowest';
  readonly scale: 'linear' | 'log';
  /** A rate says nothing of what is left of the last second; what went wrong there is shown all the same. */
  readonly perSecond: boolean;
  read(second: SecondResult): number;
}

/** A stream of a phase. */
export interface StreamName {
  readonly phase: string;
  readonly stream: string;
}

/** The streams of a result in the order in which they first ran. */
export function streamsOf({ rounds }: ProofResult): StreamName[] {
  const names = rounds.flatMap(({ phases }) =>
    phases.flatMap(({ id, streams }) => streams.map((stream) => ({ phase: id, stream: stream.id }))),
  );
  const seen = new Map(names.map((name) => [JSON.stringify(name), name]));
  return [...seen.values()];
}

/** The phase, and its stream where it has several. */
export function streamLabel(result: ProofResult, { phase, stream }: StreamName, texts: Texts): string {
  const streams = streamsOf(result).filter((one) => one.phase === phase);
  const label = phaseLabel(result, phase, texts);
  return streams.length > 1 ? `${label} · ${streamName(result, phase, stream, texts)}` : label;
}

/** One figure of each second of a stream over the rounds of an arm. */
export function secondPoints(
  { rounds }: ProofResult,
  arm: string,
  { phase, stream }: StreamName,
  { read, perSecond }: Pick<SecondFigure, 'read' | 'perSecond'>,
): SecondPoint[] {
  const seconds = rounds
    .filter((round) => round.arm === arm)
    .flatMap((round) => round.phases.filter(({ id }) => id === phase))
    .flatMap(({ streams }) => streams.filter(({ id }) => id === stream))
    .flatMap(({ result }) => (perSecond ? wholeSeconds(result) : result.seconds));
  const bySecond = Map.groupBy(seconds, ({ second }) => second);
  return [...bySecond]
    .toSorted(([one], [other]) => one - other)
    .map(([second, found]) => {
      const values = found.map(read);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return { second, mean, min: Math.min(...values), max: Math.max(...values) };
    });
}
