import { type ArmFigures, type Figure, type ProofManifest, type ProofResult, prove } from '@millrace/load/prove';
import { canOverwrite, createProgressDisplay, EN, reasonsText } from '@millrace/load/report';
import type { Measurement } from './measurement.ts';

/** Chooses one figure of an arm's side of a row. */
export type PickFigure = (figures: ArmFigures) => Figure;

/** A goal, and where in the table of a proof it stands. */
export interface RowReading {
  readonly goal: string;
  readonly row: string;
  readonly arm: string;
  readonly pick: PickFigure;
  /** Default 1. */
  readonly scale?: number;
}

/** Runs the quick proof of a manifest. @throws when it does not come to its end */
export async function runProof(manifest: ProofManifest, blocks: number): Promise<ProofResult> {
  const display = createProgressDisplay({ stream: process.stderr, live: canOverwrite(process.stderr, process.env) });
  const options = { tier: 'quick', blocks, onEvent: display.listen } as const;
  const result = await prove(manifest, options).finally(() => display.close());
  if (result.outcome !== 'complete') throw new Error(`the proof ended with "${result.outcome}"`);
  return result;
}

/** One figure of the table, with the reason why a run behind it is invalid if one is. */
export function readRow(result: ProofResult, { goal, row: id, arm, pick, scale = 1 }: RowReading): Measurement {
  const row = result.rows.find((each) => each.id === id);
  const figures = row?.arms[result.arms.findIndex((each) => each.id === arm)];
  if (row === undefined || figures === undefined) throw new Error(`the proof has no row "${id}" of "${arm}"`);
  return { ...fromFigure(goal, pick(figures), scale), ...spoiledBy(result, row, arm) };
}

/** Why a run of the arm in this phase is invalid, if one is; of all its streams unless one is named. */
export function spoiledBy(
  { validity }: ProofResult,
  { phase, stream }: { readonly phase: string; readonly stream?: string },
  arm: string,
): { readonly invalid?: string } {
  const spoiled = validity.invalid.find(
    (run) => run.arm === arm && run.phase === phase && (stream === undefined || run.stream === stream),
  );
  return spoiled ? { invalid: `round ${spoiled.round}: ${reasonsText(spoiled.reasons, EN)}` } : {};
}

/** A figure as a measurement; one that is missing is skipped, for its samples. */
export function fromFigure(goal: string, figure: Figure, scale = 1): Measurement {
  if (figure.value === null) {
    return { goal, value: null, spread: null, skipped: `${figure.samples} samples, ≥ ${figure.needed} needed` };
  }
  const spread = figure.spread === null ? null : ([figure.spread.min * scale, figure.spread.max * scale] as const);
  return { goal, value: figure.value * scale, spread };
}
