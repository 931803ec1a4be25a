import { createCache } from 'millrace/cache';
import { type Clock, withTimeout } from 'millrace/core';
import { inTime } from '../crs.ts';
import {
  type AnswerTerm,
  UPSTREAM_PATIENCE_MS,
  UPSTREAM_RETRY_MS,
  UPSTREAM_TIMEOUT_MS,
  type UpstreamAnswers,
} from '../ports/index.ts';

const MAX_ANSWERS = 10_000;

interface Held<T> {
  readonly answer: T;
  goodUntil: number;
}

/**
 * A cache beside the calls, as it is written by hand: whoever finds nothing that counts makes a call of their own, however
 * many ask the same at once.
 * @param keeps whether there is a cache at all
 */
export function createAnswersAside(name: string, clock: Clock, keeps: boolean): UpstreamAnswers {
  const cache = keeps
    ? createCache({ name, maxEntries: MAX_ANSWERS, eviction: 'lru', ttlJitter: 0, clock })
    : undefined;
  const ask = async <T>(key: string, call: () => Promise<T>, { ttlMs, staleMs = 0 }: AnswerTerm<T>): Promise<T> => {
    const answer = await withTimeout(call(), UPSTREAM_TIMEOUT_MS, { clock });
    const goodMs = Math.max(0, typeof ttlMs === 'number' ? ttlMs : ttlMs(answer));
    void cache?.set<Held<T>>(key, { answer, goodUntil: clock.now() + goodMs }, { ttlMs: goodMs + staleMs });
    return answer;
  };
  return {
    async read<T>(key: string, call: () => Promise<T>, term: AnswerTerm<T>): Promise<T> {
      const held = cache?.get<Held<T>>(key);
      if (held !== undefined && clock.now() < held.goodUntil) return held.answer;
      const fresh = ask(key, call, term);
      if (held === undefined) return inTime(fresh);
      try {
        return await withTimeout(fresh, UPSTREAM_PATIENCE_MS, { clock });
      } catch {
        held.goodUntil = clock.now() + UPSTREAM_RETRY_MS;
        return held.answer;
      }
    },
    forget: (key) => void cache?.delete(key),
    sharing: () => undefined,
    close: async () => cache?.close(),
  };
}
