import { styleText } from 'node:util';
import type { Goal } from './goals.ts';
import type { Bound, Measurement, Reading } from './measurement.ts';
import { describeTarget, judge } from './target.ts';

/** One goal with its figure, as printed and as written to JSON. */
export interface GoalRow {
  readonly goal: string;
  readonly what: string;
  readonly unit: string;
  readonly tier: 'quick' | 'full';
  readonly value: number | null;
  readonly spread: readonly [number, number] | null;
  /** The true value is not smaller, or not larger; absent: it is exact. */
  readonly bound?: Bound;
  readonly reading?: Reading;
  readonly peer: string | null;
  readonly peerVersion: string | null;
  readonly peerValue: number | null;
  readonly target: string | null;
  /** Null where there is no target, no value, an invalid run behind it, or a bound that may lie on either side. */
  readonly met: boolean | null;
  /** Why there is no value. */
  readonly skipped?: string;
  /** Why a run behind the value is invalid. */
  readonly invalid?: string;
}

/** Holds a figure against its goal. A goal nobody measured becomes a skipped row, never a silent gap. */
export function toRow(goal: Goal, measurement: Measurement | undefined): GoalRow {
  const value = measurement?.value ?? null;
  const skipped = value === null ? (measurement?.skipped ?? 'not measured') : undefined;
  const invalid = value === null ? undefined : measurement?.invalid;
  const bound = value === null ? undefined : measurement?.bound;
  const judged = goal.target !== null && value !== null && invalid === undefined;
  return {
    goal: goal.id,
    what: goal.what,
    unit: goal.unit,
    tier: goal.tier,
    value,
    spread: measurement?.spread ?? null,
    ...(bound && { bound }),
    ...(measurement?.reading && { reading: measurement.reading }),
    peer: measurement?.peer?.name ?? null,
    peerVersion: measurement?.peer?.version ?? null,
    peerValue: measurement?.peer?.value ?? null,
    target: goal.target === null ? null : describeTarget(goal.target),
    met: judged ? judge(value, bound ?? 'exact', goal.target) : null,
    ...(skipped === undefined ? {} : { skipped }),
    ...(invalid === undefined ? {} : { invalid }),
  };
}

/** Three significant digits, no exponent. */
function show(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

function verdictOf({ value, invalid, met, target }: GoalRow): keyof typeof COLOURS {
  if (value === null) return 'skipped';
  if (invalid !== undefined) return 'invalid';
  if (met === null) return target === null ? 'shown' : 'open';
  return met ? 'met' : 'missed';
}

const SIGNS = { 'at-least': '≥ ', 'at-most': '≤ ' } as const;
const COLOURS = {
  met: 'green',
  missed: 'red',
  open: 'yellow',
  shown: 'cyan',
  skipped: 'yellow',
  invalid: 'yellow',
} as const;

/** One line a goal: verdict (`open`: a bound that may lie on either side of the target), figure, spread, reading, target, peer, what it is. */
export function printRow(row: GoalRow): string {
  const verdict = verdictOf(row);
  const sign = row.bound === undefined ? '' : SIGNS[row.bound];
  const figure = row.value === null ? '—' : `${sign}${show(row.value)} ${row.unit}`;
  const spread = row.spread === null ? '' : ` (${show(row.spread[0])}–${show(row.spread[1])})`;
  const reading = row.reading === undefined ? '' : `, ${row.reading.kind} of ${row.reading.samples}`;
  const target = row.target === null ? '' : `  target ${row.target}`;
  const peer = row.peer === null ? '' : `  beside ${row.peer} ${row.peerVersion}: ${show(row.peerValue ?? 0)}`;
  const said = row.skipped ?? row.invalid;
  const why = said === undefined ? '' : `  ${said}`;
  return `${styleText(COLOURS[verdict], verdict.padEnd(7))} ${row.goal.padEnd(32)} ${figure}${spread}${reading}${target}${peer}${why}\n        ${row.what}`;
}
