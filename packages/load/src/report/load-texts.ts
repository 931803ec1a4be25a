import type { LoadResult, ServiceRemark } from '../result/index.ts';
import type { ThresholdOutcome } from '../thresholds/index.ts';

/** The words of the table of one run. `{name}` is filled with a value. */
export interface LoadTexts {
  readonly failed: string;
  /** How the rate changed over the run. */
  readonly shapes: Readonly<Record<LoadResult['arrivals']['kind'], string>>;
  /** Arrivals came at random. */
  readonly poisson: string;
  readonly interrupted: string;
  /** The verdict of an interrupted run. */
  readonly validUntilThen: string;
  /** What the two lags are. */
  readonly lags: string;
  /** Requests waited for a connection for much of their time. */
  readonly queued: string;
  readonly resent: string;
  readonly statuses: string;
  readonly thresholds: string;
  readonly outcomes: Readonly<Record<ThresholdOutcome['outcome'], string>>;
  readonly remarks: Readonly<Record<ServiceRemark['code'], string>>;
}

/** English. */
export const EN_LOAD: LoadTexts = {
  failed: 'failed',
  shapes: {
    constant: 'constant rate',
    ramp: 'ramp, mean rate',
    steps: 'steps, mean rate',
    spike: 'spike, mean rate',
    sine: 'sine, mean rate',
    closed: 'closed loops, as fast as they are answered',
  },
  poisson: 'random arrivals (Poisson)',
  interrupted:
    'Interrupted: these are the figures until then. {count} requests were cut off; they are neither good nor errors, and bound the times by what they had waited.',
  validUntilThen: 'Valid: until the interruption the generator kept its schedule.',
  lags: 'Send lag: from the intended start to the write, with the wait for a connection. Schedule lag: until the generator took the request up; the verdict judges it.',
  queued:
    'up to {queued} requests waited for a connection ({connections} were opened), and the send lag is {share} of the mean response time. Either the service is too slow for this rate, or these are too few connections.',
  resent: '{count} sent again',
  statuses: 'Answers by status',
  thresholds: 'Thresholds',
  outcomes: { met: 'met', missed: 'missed', unknown: 'cannot tell' },
  remarks: {
    'connections-dropped':
      'the service closed kept connections under {count} requests ({share} of those sent, bound {boundShare}); they were sent again.',
  },
};
