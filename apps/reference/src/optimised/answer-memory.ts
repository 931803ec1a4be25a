import { createCache } from 'millrace/cache';
import type { Clock } from 'millrace/core';
import type { AnswerMemory } from '../ports/index.ts';

/** No jitter: the promise is one call a key and TTL, and a shorter life would make it two. A trend is asked for in at most 90 lengths; the other answers go by user or key. */
const MAX_ANSWERS = 10_000;

export function createAnswerMemory(clock: Clock): AnswerMemory {
  return createCache({ name: 'crs', maxEntries: MAX_ANSWERS, ttlJitter: 0, clock });
}
