import { Recorder, type RunMemory, type Share, type TimedRequest } from '../run/index.ts';
import type { Schedule } from '../schedule/index.ts';

/** A part of a run whose thread did not come to its end. */
export interface UnfinishedPart {
  readonly share: Share;
  readonly memory: RunMemory;
  /** `unsent`: the generator's own loss. `interrupted`: it did not stop in time when the run was interrupted. */
  readonly as: 'unsent' | 'interrupted';
}

/** Row of what an unfinished part leaves, for nobody can tell any more which step each would have been. */
const UNFINISHED_ROW = '(lost worker)';

/**
 * Counts what unfinished parts leave, so that every arrival has an end: those that were taken up and not settled, and
 * those that fell due until `untilMs` and were not taken up. Each has waited from its intended time to `endMs`, which
 * is a lower bound of its response time; of those taken up only the window is known, and its end is taken.
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
  const settle = (dueMs: number, as: UnfinishedPart['as'], inRow: boolean = true): void => {
    const arrival: TimedRequest = {
      intendedAt: Math.min(dueMs, endMs),
      writtenAt: -1,
      firstByteAt: -1,
      retried: false,
    };
    if (inRow && as === 'unsent') row.givenUp(arrival, as, endMs);
    if (inRow && as === 'interrupted') row.interrupted(arrival, endMs);
    recorder.settled(arrival, as, endMs - arrival.intendedAt, endMs);
  };
  for (const { share, memory, as } of parts) {
    const found = new Recorder(0, durationMs, memory);
    let left = found.planned - settledIn(memory, kind);
    for (const { intendedAt, count } of found.open()) {
      // A thread that ended amid an arrival had counted it in its row, and not yet in its window.
      for (let i = 0; i < count; i++) settle(intendedAt, as, left-- > 0);
    }
    const { planned = 0, offsetMs } = stripe?.(share) ?? {};
    for (let next = found.planned; next < planned; next++) {
      const dueMs = offsetMs?.(next) ?? 0;
      if (dueMs > untilMs) break;
      recorder.missed(dueMs);
      settle(dueMs, as);
    }
  }
}

/** Arrivals that have an end in the rows. */
function settledIn(memory: RunMemory, kind: 'flow' | 'step'): number {
  const rows = memory.rows.filter((row) => row.kind === kind);
  return rows.reduce((sum, { name }) => {
    const { ok, errors, interrupted } = memory.openRow(kind, name).result();
    return sum + ok + interrupted + Object.values(errors).reduce((all, count) => all + count, 0);
  }, 0);
}
