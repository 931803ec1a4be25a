import type { SharedTier } from 'millrace/cache';
import type { Clock } from 'millrace/core';
import { createAnswersAside, createNewConnectionTransport } from './baseline/index.ts';
import type { Counters } from './counters.ts';
import { createCrs } from './crs.ts';
import { createPooledTransport, createUpstreamAnswers } from './optimised/index.ts';
import type { CacheSharing, Upstream, UpstreamAnswers } from './ports/index.ts';
import { Problem } from './problem.ts';
import type { CrsSettings } from './settings.ts';
import type { SharedTiers } from './shared-tiers.ts';
import type { SwitchSet } from './switches.ts';

/** A trend counts so much longer than the other answers. */
const TREND_TTLS = 5;
/** How long past its time an answer may still be given when no newer one comes. */
const STALE_MS = 600_000;
/** Nobody invalidates what the key service says: it is as good while Redis is away as its time says. */
const ANSWER_STALENESS_MS = 86_400_000;

export interface UpstreamAccess {
  readonly upstream: Upstream;
  /** Undefined where its answers are not shared with other instances. */
  sharing(): CacheSharing | undefined;
  close(): Promise<void>;
}

/** What the access to the key service stands on. */
export interface UpstreamParts {
  readonly switches: SwitchSet;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly tiers: SharedTiers;
}

/** The key service behind whichever parts the switches choose. */
export function openUpstream(settings: CrsSettings | undefined, parts: UpstreamParts): UpstreamAccess {
  if (settings === undefined) return NO_ACCESS;
  const { switches, counters, clock, tiers } = parts;
  const transport = switches.has('upstream.new-connection')
    ? createNewConnectionTransport(settings.baseUrl, counters)
    : createPooledTransport(settings, counters);
  const open = (name: string, keeps: boolean, shared?: SharedTier): UpstreamAnswers =>
    switches.has('upstream.no-single-flight')
      ? createAnswersAside(name, clock, keeps)
      : createUpstreamAnswers({ name, clock, keeps, shared });
  const keeps = !switches.has('upstream.no-cache');
  const logins = open('crs-login', true);
  const answers = open('crs', keeps, keeps ? tiers.tier(ANSWER_STALENESS_MS) : undefined);
  return {
    upstream: keepAnswers(createCrs(transport, logins, settings), answers, settings.answerTtlMs),
    sharing: () => answers.sharing(),
    async close() {
      await Promise.all([answers.close(), logins.close()]);
      await transport.close();
    },
  };
}

function keepAnswers(upstream: Upstream, answers: UpstreamAnswers, ttlMs: number): Upstream {
  const read = <T>(key: string, ask: () => Promise<T>, ttls = 1): Promise<T> =>
    answers.read(key, ask, { ttlMs: ttls * ttlMs, staleMs: STALE_MS });
  return {
    logIn: () => upstream.logIn(),
    dashboard: () => read('crs:dashboard:global', () => upstream.dashboard()),
    keys: (username) => read(`crs:keys:${username}`, () => upstream.keys(username)),
    trend: (days) => read(`crs:trend:${days}`, () => upstream.trend(days), TREND_TTLS),
    keyStats: (id) => read(`crs:key-stats:${id}`, () => upstream.keyStats(id)),
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

const NO_ACCESS: UpstreamAccess = { upstream: NO_UPSTREAM, sharing: () => undefined, close: async () => {} };
