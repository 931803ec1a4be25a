import { createCache } from 'millrace/cache';
import type { Clock } from 'millrace/core';
import type { AnswerMemory } from '../ports/index.ts';

/** What an upstream's answers are kept under, and how many of them. */
export interface AnswerMemoryOptions {
  readonly name: string;
  readonly maxAnswers: number;
}

/** No jitter: the promise is one call a key and TTL, and a shorter life would make it two. */
export function createAnswerMemory({ name, maxAnswers }: AnswerMemoryOptions, clock: Clock): AnswerMemory {
  return createCache({ name, maxEntries: maxAnswers, ttlJitter: 0, clock });
}
