import type { Clock } from 'millrace/core';
import { type Budget, lineSeconds, sendingOf } from './budget.ts';
import type { PlannedRound } from './plan.ts';

/** How long the rest of a proof takes, by what its rounds have really taken. */
export interface Forecast {
  /** What passes around the phases of one round. */
  readonly startSeconds: number;
  readonly drainSeconds: number;
  /** To be called at the end of each round. Seconds that the whole proof will take from its start. */
  afterRound(): number;
  /** The same, when this is left beside the report. */
  withLeft(seconds: number): number;
}

/**
 * Begins with the lines of the budget; after a round, the time that the rounds took beside what they sent takes their
 * place, in the same shares.
 */
export function createForecast(
  budget: Budget,
  planned: readonly PlannedRound[],
  options: {
    readonly clock: Clock;
    /** When the proof began, by that clock. */
    readonly startedAt: number;
    /** What comes after the rounds, beside the report. */
    readonly laterSeconds: number;
  },
): Forecast {
  const { clock, startedAt, laterSeconds } = options;
  const [start, drain] = [lineSeconds(budget, 'start'), lineSeconds(budget, 'drain')];
  const roundsFrom = clock.now();
  const withLeft = (seconds: number): number =>
    (clock.now() - startedAt) / 1_000 + seconds + lineSeconds(budget, 'report');
  // Where the manifest says that neither takes any time, nothing says how to divide what they do take.
  const startShare = start + drain === 0 ? 0.5 : start / (start + drain);
  let done = 0;
  let around = start + drain;
  return {
    get startSeconds() {
      return around * startShare;
    },
    get drainSeconds() {
      return around * (1 - startShare);
    },
    afterRound() {
      done++;
      const took = (clock.now() - roundsFrom) / 1_000;
      around = Math.max(0, took - sendingOf(planned.slice(0, done))) / done;
      const left = planned.slice(done);
      return withLeft(sendingOf(left) + left.length * around + laterSeconds);
    },
    withLeft,
  };
}
