import type { AnswerMemory } from '../ports/index.ts';

/** Keeps nothing. */
export const rememberNothing: AnswerMemory = { get: () => undefined, set: () => {}, close: async () => {} };
