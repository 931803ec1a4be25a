import type { FoundMax, StepOutcome } from '../capacity/index.ts';

/** The words of a search for the highest rate. `{name}` is filled with a value. */
export interface FindMaxTexts {
  /** Before the first step. */
  readonly begin: string;
  /** The most that it takes: as long as nothing has to be repeated, and in any case; the second alone where it is no more. */
  readonly time: string;
  readonly most: string;
  readonly columns: Readonly<Record<'rate' | 'sent' | 'p99' | 'errors' | 'outcome', string>>;
  readonly outcomes: Readonly<Record<StepOutcome, string>>;
  /** The highest rate that met the SLO, in one sentence. */
  readonly found: string;
  readonly atLeast: string;
  readonly none: string;
  readonly unknown: string;
  readonly limits: Readonly<Record<Exclude<FoundMax['limitedBy'], 'slo'>, string>>;
}

/** English. */
export const EN_FIND_MAX: FindMaxTexts = {
  begin: 'Searching from {from}/s to {to}/s for the highest rate with P99 < {p99Ms} ms and errors < {errorShare}.',
  time: 'It takes {usual} at most, or {most} where steps have to be repeated or the service is slow to come to rest.',
  most: 'It takes {most} at most.',
  columns: { rate: 'requests/s', sent: 'sent/s', p99: 'P99, ms', errors: 'errors', outcome: 'outcome' },
  outcomes: { met: 'met', missed: 'missed', generator: 'generator too slow' },
  found: '{rate}/s meets the SLO, {above}/s does not.',
  atLeast: '≥ {rate}/s ({limit})',
  none: 'The service does not hold the SLO at {above}/s, the first rate.',
  unknown: 'Nothing is known ({limit}).',
  limits: {
    generator: 'generator',
    range: 'highest rate of the search',
    steps: 'most steps of a search',
    time: 'time for the search',
    unsettled: 'the service did not come to rest',
    stopped: 'stopped',
    died: 'the service could not be reached any more',
  },
};
