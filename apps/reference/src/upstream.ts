import type { Clock } from 'millrace/core';
import { createNewConnectionTransport, flyAlone, rememberNothing } from './baseline/index.ts';
import type { Counters } from './counters.ts';
import { createCrs } from './crs.ts';
import { createAnswerMemory, createPooledTransport, createSharedFlights } from './optimised/index.ts';
import type { AnswerMemory, Flights, Upstream } from './ports/index.ts';
import { Problem } from './problem.ts';
import type { CrsSettings } from './settings.ts';
import type { SwitchSet } from './switches.ts';

const STATS_TTL_MS = 60_000;
const TREND_TTL_MS = 300_000;
/** A trend is asked for in at most 90 lengths; the other answers go by user or key. */
const CRS_MEMORY = { name: 'crs', maxAnswers: 10_000 };

export interface UpstreamAccess {
  readonly upstream: Upstream;
  close(): Promise<void>;
}

/** The key service behind whichever parts the switches choose. */
export function openUpstream(
  settings: CrsSettings | undefined,
  switches: SwitchSet,
  counters: Counters,
  clock: Clock,
): UpstreamAccess {
  if (settings === undefined) return { upstream: NO_UPSTREAM, close: async () => {} };
  const transport = switches.has('upstream.new-connection')
    ? createNewConnectionTransport(settings.baseUrl, counters)
    : createPooledTransport(settings, counters);
  const flights = switches.has('upstream.no-single-flight') ? flyAlone : createSharedFlights();
  const memory = switches.has('upstream.no-cache') ? rememberNothing : createAnswerMemory(CRS_MEMORY, clock);
  return {
    upstream: readThrough(createCrs(transport, flights, settings, clock), memory, flights),
    async close() {
      await transport.close();
      await memory.close();
    },
  };
}

/**
 * Asks the key service for what `memory` does not hold; `flights` decides whether those who find nothing wait for
 * one call or each make their own. Failures are not kept.
 */
function readThrough(upstream: Upstream, memory: AnswerMemory, flights: Flights): Upstream {
  const read = async <T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T> => {
    const held = memory.get<T>(key);
    if (held !== undefined) return held;
    return flights.run(key, async () => {
      const answer = await load();
      memory.set(key, answer, { ttlMs });
      return answer;
    });
  };
  return {
    logIn: () => upstream.logIn(),
    dashboard: () => read('crs:dashboard:global', STATS_TTL_MS, () => upstream.dashboard()),
    keys: (username) => read(`crs:keys:${username}`, STATS_TTL_MS, () => upstream.keys(username)),
    trend: (days) => read(`crs:trend:${days}`, TREND_TTL_MS, () => upstream.trend(days)),
    keyStats: (id) => read(`crs:key-stats:${id}`, STATS_TTL_MS, () => upstream.keyStats(id)),
  };
}

async function refuse(): Promise<never> {
  throw new Problem(503, 'no key service is configured');
}

const NO_UPSTREAM: Upstream = {
  logIn: async () => {},
  dashboard: refuse,
  keys: refuse,
  trend: refuse,
  keyStats: refuse,
};
