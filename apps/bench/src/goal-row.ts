import { styleText } from 'node:util';
import { describeTarget, type Goal, meets } from './goals.ts';
import type { Measurement } from './measurement.ts';

/** One goal with its figure, as printed and as written to JSON. */
export interface GoalRow {
  readonly goal: string;
  readonly what: string;
  readonly unit: string;
  readonly tier: 'quick' | 'full';
  readonly value: number | null;
  readonly spread: readonly [number, number] | null;
  readonly peer: string | null;
  readonly peerVersion: string | null;
  readonly peerValue: number | null;
  readonly target: string | null;
  /** Null where there is no target or no value. */
  readonly met: boolean | null;
  /** Why there is no value. */
  readonly skipped?: string;
}

/** Holds a figure against its goal. A goal nobody measured becomes a skipped row, never a silent gap. */
export function toRow(goal: Goal, measurement: Measurement | undefined): GoalRow {
  const value = measurement?.value ?? null;
  const skipped = value === null ? (measurement?.skipped ?? 'not measured') : undefined;
  return {
    goal: goal.id,
    what: goal.what,
    unit: goal.unit,
    tier: goal.tier,
    value,
    spread: measurement?.spread ?? null,
    peer: measurement?.peer?.name ?? null,
    peerVersion: measurement?.peer?.version ?? null,
    peerValue: measurement?.peer?.value ?? null,
    target: goal.target === null ? null : describeTarget(goal.target),
    met: goal.target === null || value === null ? null : meets(value, goal.target),
    ...(skipped === undefined ? {} : { skipped }),
  };
}

/** Three significant digits, no exponent. */
function show(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

/** One line a goal: verdict, figure, spread, target, peer, what it is. */
export function printRow(row: GoalRow): string {
  const verdict = row.value === null ? 'skipped' : row.met === null ? 'shown' : row.met ? 'met' : 'missed';
  const colour = { met: 'green', missed: 'red', shown: 'cyan', skipped: 'yellow' }[verdict] as 'green';
  const figure = row.value === null ? '—' : `${show(row.value)} ${row.unit}`;
  const spread = row.spread === null ? '' : ` (${show(row.spread[0])}–${show(row.spread[1])})`;
  const target = row.target === null ? '' : `  target ${row.target}`;
  const peer = row.peer === null ? '' : `  beside ${row.peer} ${row.peerVersion}: ${show(row.peerValue ?? 0)}`;
  const why = row.skipped === undefined ? '' : `  ${row.skipped}`;
  return `${styleText(colour, verdict.padEnd(7))} ${row.goal.padEnd(32)} ${figure}${spread}${target}${peer}${why}\n        ${row.what}`;
}
