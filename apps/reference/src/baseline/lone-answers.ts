import type { AnswerSharing } from '../ports/index.ts';

/** Each question makes its own call, however many ask the same at once. */
export const askAlone: AnswerSharing = { ask: (_key, open, signal) => open(signal) };
