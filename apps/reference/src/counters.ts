import type { ArmCounters } from '@millrace/load/prove';
import { Histogram } from 'millrace/core';

const NAMES = [
  'requests',
  'dbQueries',
  'dbConnects',
  'upstreamCalls',
  'upstreamConnects',
  'synchronousHashes',
  'libuvHashes',
  'pooledHashes',
  'identityQueries',
  'authorisedRequests',
  'identityHits',
  'identityFirstSights',
  'rejectedLogins',
  'lostLogRows',
] as const;

export type CounterName = (typeof NAMES)[number];

/** What the service did since it started, so that the work a mode saves is shown as counts. */
export class Counters {
  /** How late the event loop came to a timer. */
  readonly eventLoopDelayUs: Histogram = new Histogram();
  /** How long an identity took that was at hand. */
  readonly identityHitUs: Histogram = new Histogram();
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
