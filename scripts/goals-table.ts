import { tableLines } from './reference-page.ts';

/** A row of `npm run bench -- AREA --json FILE`, as far as a table shows it. */
export interface GoalResult {
  readonly goal: string;
  readonly what: string;
  readonly unit: string;
  readonly value: number | null;
  readonly spread: readonly [number, number] | null;
  readonly peer: string | null;
  readonly peerVersion: string | null;
  readonly target: string | null;
  readonly met: boolean | null;
  readonly skipped?: string;
}

const HEAD = ['goal', 'measured (smallest–largest round)', 'target', ''];

/** The goals as a Markdown table, misses too. */
export function goalsTable(rows: readonly GoalResult[]): string {
  return tableLines(
    HEAD,
    rows.map((row) => [whatOf(row), measured(row), row.target ?? 'shown', verdict(row)]),
  ).join('\n');
}

function whatOf({ what, peer, peerVersion }: GoalResult): string {
  return peer === null ? what : `${what} (${peer} ${peerVersion})`;
}

function measured({ value, unit, spread, skipped }: GoalResult): string {
  if (value === null) return `skipped: ${skipped}`;
  const range = spread === null ? '' : ` (${figure(spread[0])}–${figure(spread[1])})`;
  return `${figure(value)} ${unit}${range}`;
}

function verdict({ value, met }: GoalResult): string {
  if (value === null) return 'skipped';
  if (met === null) return '';
  return met ? 'met' : '**missed**';
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
