import { Recorder, type RunMemory, type Share } from '../run/index.ts';
import type { Schedule } from '../schedule/index.ts';
import { countUntil, lumpsOf } from './lumps.ts';

/** A part of a run whose thread did not come to its end. */
export interface UnfinishedPart {
  readonly share: Share;
  readonly memory: RunMemory;
  /** `unsent`: the generator's own loss. `interrupted`: it did not stop in time when the run was interrupted. */
  readonly as: 'unsent' | 'interrupted';
}

/** Row of what an unfinished part leaves, for nobody can tell any more which step each would have been. */
const UNFINISHED_ROW = '(lost worker)';
/** Arrivals whose waits differ by less are counted together, at the least of them: what a histogram cannot tell apart. */
const ALIKE_SHARE = 1 / 1_024;
const ALIKE_MS = 0.001;

/**
 * Counts what unfinished parts leave, so that every arrival has an end: those that were taken up and not settled, and
 * those that fell due until `untilMs` and were not taken up. Each has waited from its intended time to `endMs`, which
 * is a lower bound of its response time; of those taken up only the window is known, and its end is taken. Arrivals at
 * random that were not taken up count where they come on the mean. Takes as long however many there are.
 * @param ledger empty memory, in milliseconds after the start of the schedule, as the other times
 * @param stripe gives the schedule of a share; undefined in a closed run, where nothing falls due by itself
 */
export function settleUnfinished(
  parts: readonly UnfinishedPart[],
  ledger: RunMemory,
  stripe: ((share: Share) => Schedule) | undefined,
  { durationMs, untilMs, endMs }: { readonly durationMs: number; readonly untilMs: number; readonly endMs: number },
): void {
  const recorder = new Recorder(0, durationMs, ledger);
  const kind = parts.some(({ memory }) => memory.rows.some((row) => row.kind === 'flow')) ? 'flow' : 'step';
  const row = ledger.openRow(kind, UNFINISHED_ROW);
  const settle = (dueMs: number, count: number, as: UnfinishedPart['as'], inRow: number = count): void => {
    const intendedAt = Math.min(dueMs, endMs);
    row.leftBehind(intendedAt, inRow, as, endMs);
    recorder.leftBehind(intendedAt, count, as, endMs);
  };
  for (const { share, memory, as } of parts) {
    const found = new Recorder(0, durationMs, memory);
    let left = found.planned - settledIn(memory, kind);
    for (const { intendedAt, count } of found.open()) {
      // A thread that ended amid an arrival had counted it in its row, and not yet in its window.
      const inRow = Math.max(0, Math.min(left, count));
      settle(intendedAt, count, as, inRow);
      left -= inRow;
    }
    if (stripe === undefined) continue;
    const { planned, meanOffsetMs } = stripe(share);
    const until = countUntil(untilMs, planned, meanOffsetMs);
    for (const { dueMs, count } of lumpsOf(found.planned, until, meanOffsetMs, alikeIn(ledger, endMs))) {
      recorder.missed(dueMs, count);
      settle(dueMs, count, as);
    }
  }
}

/** Whether arrivals that are due at two times fall into the same windows, and have waited as good as equally long. */
function alikeIn({ totalShape, rowShape }: RunMemory, endMs: number): (oneMs: number, otherMs: number) => boolean {
  const widthsMs = [totalShape, rowShape].map(({ widthSeconds }) => widthSeconds * 1_000);
  return (oneMs, otherMs) =>
    otherMs - oneMs <= Math.max(ALIKE_MS, (endMs - otherMs) * ALIKE_SHARE) &&
    widthsMs.every((widthMs) => Math.floor(oneMs / widthMs) === Math.floor(otherMs / widthMs));
}

/** Arrivals that have an end in the rows. */
function settledIn(memory: RunMemory, kind: 'flow' | 'step'): number {
  const rows = memory.rows.filter((row) => row.kind === kind);
  return rows.reduce((sum, { name }) => {
    const { ok, errors, interrupted } = memory.openRow(kind, name).result();
    return sum + ok + interrupted + Object.values(errors).reduce((all, count) => all + count, 0);
  }, 0);
}
