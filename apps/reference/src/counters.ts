import type { ArmCounters } from '@millrace/load/prove';
import { Histogram } from 'millrace/core';

const NAMES = [
  'requests',
  'dbQueries',
  'dbConnects',
  'preparedStatements',
  'upstreamCalls',
  'upstreamConnects',
  'synchronousHashes',
  'libuvHashes',
  'queuedHashes',
  'pooledHashes',
  'identityQueries',
  'authorisedRequests',
  'identityHits',
  'identityFirstSights',
  'rejectedLogins',
  'lostLogRows',
  'synchronousLogWrites',
  'lostLogLines',
] as const;

export type CounterName = (typeof NAMES)[number];

/** What the service did since it started, so that the work a mode saves is shown as counts. */
export class Counters {
  /** How late the event loop came to a timer. */
  readonly eventLoopDelayUs: Histogram = new Histogram();
  /** How long an identity took that was at hand. */
  readonly identityHitUs: Histogram = new Histogram();
  /** Database connections lent out, and requests that wait for one, at this moment. */
  readonly connections = { busy: 0, waiting: 0 };
  readonly #totals = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<CounterName, number>;

  add(name: CounterName): void {
    this.#totals[name]++;
  }

  get(name: CounterName): number {
    return this.#totals[name];
  }

  snapshot(): ArmCounters {
    const { user, system } = process.cpuUsage();
    return {
      counters: { cpuUs: user + system, ...this.#totals },
      histograms: {
        eventLoopDelayUs: this.eventLoopDelayUs.snapshot(),
        identityHitUs: this.identityHitUs.snapshot(),
      },
    };
  }
}
