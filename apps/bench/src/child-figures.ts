import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { startChild } from './load/child.ts';
import { type Measurement, median, overRounds } from './measurement.ts';
import { type Figures, takeTurns } from './turns.ts';

/** The first figure that a run in a process of its own gives. */
async function figureOf(run: URL, args: readonly string[]): Promise<number> {
  await using child = await startChild<Readonly<Record<string, number>>>(run, args);
  const [figure] = Object.values(child.ready);
  if (figure === undefined) throw new Error(`${run.pathname} ${args.join(' ')} gave no figure`);
  return figure;
}

/** The arms of a run, each time in a process of its own, which is told its arm and whatever else stands in `args`. */
export function inTurns<Arm extends string>(
  run: URL,
  arms: readonly Arm[],
  rounds: number,
  args: readonly string[] = [],
): Promise<Figures<Arm>[]> {
  return takeTurns(arms, rounds, (arm) => figureOf(run, [arm, ...args]));
}

/** A package as the peer of a figure, in the version that is installed. */
export function peerOf(name: string, value: number): Measurement['peer'] & {} {
  const { version } = JSON.parse(readFileSync(findPackageJSON(name, import.meta.url)!, 'utf8')) as { version: string };
  return { name, version, value };
}

/** How many of ours fit into the time (nanoseconds) of one of a peer's; the peer's own figure in operations a second. */
export function besidePeer<Arm extends string>(
  goal: string,
  rounds: readonly Figures<Arm>[],
  [own, theirs]: readonly [Arm, Arm],
  peer: string,
): Measurement {
  const ratios = rounds.map((round) => round[theirs] / round[own]);
  return { ...overRounds(goal, ratios), peer: peerOf(peer, 1e9 / median(rounds.map((round) => round[theirs]))) };
}
