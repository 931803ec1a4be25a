import type { Clock } from 'millrace/core';
import { createNewConnectionTransport, flyAlone, rememberNothing } from './baseline/index.ts';
import type { Counters } from './counters.ts';
import { createCrs } from './crs.ts';
import { createAnswerMemory, createPooledTransport, createSharedFlights } from './optimised/index.ts';
import type { Upstream } from './ports/index.ts';
import { Problem } from './problem.ts';
import { createReadThrough, type ReadThrough } from './read-through.ts';
import type { CrsSettings } from './settings.ts';
import type { SwitchSet } from './switches.ts';

/** A trend counts so much longer than the other answers. */
const TREND_TTLS = 5;
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
  const flights = switches.has('upstream.no-single-flight') ? flyAlone : createSharedFlights(clock);
  const memory = switches.has('upstream.no-cache') ? rememberNothing : createAnswerMemory(CRS_MEMORY, clock);
  const read = createReadThrough({ memory, flights, clock });
  return {
    upstream: throughMemory(createCrs(transport, flights, settings, clock), read, settings.answerTtlMs),
    async close() {
      flights.close();
      await transport.close();
      await memory.close();
    },
  };
}

function throughMemory(upstream: Upstream, read: ReadThrough, ttlMs: number): Upstream {
  return {
    logIn: () => upstream.logIn(),
    dashboard: () => read('crs:dashboard:global', ttlMs, () => upstream.dashboard()),
    keys: (username) => read(`crs:keys:${username}`, ttlMs, () => upstream.keys(username)),
    trend: (days) => read(`crs:trend:${days}`, TREND_TTLS * ttlMs, () => upstream.trend(days)),
    keyStats: (id) => read(`crs:key-stats:${id}`, ttlMs, () => upstream.keyStats(id)),
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
