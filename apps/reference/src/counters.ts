import type { ArmCounters } from '@millrace/load/prove';

const NAMES = [
  'requests',
  'dbQueries',
  'dbConnects',
  'upstreamCalls',
  'upstreamConnects',
  'synchronousHashes',
  'pooledHashes',
  'identityQueries',
  'authorisedRequests',
  'identityHits',
  'identityFirstSights',
  'rejectedLogins',
] as const;

export type CounterName = (typeof NAMES)[number];

/** What the service did since it started, so that the work a mode saves is shown as counts. */
export class Counters {
  readonly #totals = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<CounterName, number>;

  add(name: CounterName): void {
    this.#totals[name]++;
  }

  get(name: CounterName): number {
    return this.#totals[name];
  }

  snapshot(): ArmCounters {
    const cpu = process.cpuUsage();
    return { counters: { cpuUs: cpu.user + cpu.system, ...this.#totals }, histograms: {} };
  }
}
