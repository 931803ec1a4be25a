import type { Keys, PageRequest, SealedProviderKeys, Signals, Statistics, Strategies } from '../ports/index.ts';
import type { ReadCache } from './read-cache.ts';

const LIST_TTL_MS = 180_000;
const STATS_TTL_MS = 60_000;
const TREND_TTL_MS = 300_000;

/** Everything read from a user's strategies, signals or API keys goes with the next write to them. */
const strategiesOf = (userId: number): string => `strategies:${userId}`;
const keysOf = (userId: number): string => `keys:${userId}`;
const signalsOf = (userId: number): string => `signals:${userId}`;

/** What a page adds to the key of its list. */
export const pageKey = ({ limit, position }: PageRequest): readonly number[] => [limit, position?.afterId ?? 0];

export function cacheStrategies(strategies: Strategies, cache: ReadCache): Strategies {
  return {
    async list(userId, filter, page) {
      const key = ['strategies', userId, filter.status ?? '', ...pageKey(page)];
      const options = { ttlMs: LIST_TTL_MS, tags: [strategiesOf(userId)] };
      return cache.getOrSet(key, () => strategies.list(userId, filter, page), options);
    },
    create: (userId, strategy) => cache.write(strategiesOf(userId), strategies.create(userId, strategy)),
    setStatus: (userId, strategyId, status) =>
      cache.write(strategiesOf(userId), strategies.setStatus(userId, strategyId, status)),
  };
}

export function cacheSignals(signals: Signals, cache: ReadCache): Signals {
  return {
    async list(userId, filter, page) {
      const { pair = '', action = '', strength = '', strategyId = 0 } = filter;
      const key = ['signals', userId, pair, action, strength, strategyId, ...pageKey(page)];
      const options = { ttlMs: LIST_TTL_MS, tags: [signalsOf(userId)] };
      return cache.getOrSet(key, () => signals.list(userId, filter, page), options);
    },
    record: (userId, strategyId, signal) => cache.write(signalsOf(userId), signals.record(userId, strategyId, signal)),
  };
}

/** The figures of keys are as fresh as the TTL: nothing here writes them. */
export function cacheKeys(keys: Keys, cache: ReadCache): Keys {
  return {
    async list(userId, page) {
      const options = { ttlMs: STATS_TTL_MS, tags: [keysOf(userId)] };
      return cache.getOrSet(['keys', userId, ...pageKey(page)], () => keys.list(userId, page), options);
    },
    find: (userId, keyIds) => keys.find(userId, keyIds),
    create: (userId, key) => cache.write(keysOf(userId), keys.create(userId, key)),
    revoke: (userId, keyId, record) => cache.write(keysOf(userId), keys.revoke(userId, keyId, record)),
  };
}

/** Sealed as they are stored. */
export function cacheProviderKeys(keys: SealedProviderKeys, cache: ReadCache): SealedProviderKeys {
  const tagOf = (userId: number): string => `provider-keys:${userId}`;
  return {
    async list(userId) {
      const options = { ttlMs: LIST_TTL_MS, tags: [tagOf(userId)] };
      return cache.getOrSet(['provider-keys', userId], () => keys.list(userId), options);
    },
    store: (userId, ...key) => cache.write(tagOf(userId), keys.store(userId, ...key)),
    remove: (userId, provider) => cache.write(tagOf(userId), keys.remove(userId, provider)),
  };
}

export function cacheStatistics(statistics: Statistics, cache: ReadCache): Statistics {
  const read = async <T>(
    key: readonly (string | number)[],
    load: () => Promise<T>,
    tags: readonly string[] = [],
    ttlMs: number = STATS_TTL_MS,
  ): Promise<T> => cache.getOrSet(key, load, { ttlMs, tags });
  return {
    overview: (userId) => read(['overview', userId], () => statistics.overview(userId), [strategiesOf(userId)]),
    signalSummary: (userId) =>
      read(['signal-summary', userId], () => statistics.signalSummary(userId), [signalsOf(userId)]),
    signalTrend: (userId, firstDay, days) =>
      read(
        ['signal-trend', userId, firstDay.getTime(), days],
        () => statistics.signalTrend(userId, firstDay, days),
        [signalsOf(userId)],
        TREND_TTL_MS,
      ),
    usage: (userId, filter) =>
      read(['usage', userId, JSON.stringify(filter)], () => statistics.usage(userId, filter), [keysOf(userId)]),
    leaderboard: (userId, order) =>
      read(['leaderboard', userId, order], () => statistics.leaderboard(userId, order), [keysOf(userId)]),
    keyTotals: (userId) => read(['key-totals', userId], () => statistics.keyTotals(userId), [keysOf(userId)]),
  };
}
