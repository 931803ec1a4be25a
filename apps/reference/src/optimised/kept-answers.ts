import { createHash } from 'node:crypto';
import { type Cache, createCache } from 'millrace/cache';
import type { Clock } from 'millrace/core';
import { MessageReader } from '../gateway/index.ts';
import type { AnswerEvent, AnswerSharing, AnswerStream, Llm, Message, Question } from '../ports/index.ts';

const ANSWER_TTL_MS = 3_600_000;
const MAX_ANSWERS = 2_000;
const MAX_BYTES = 67_108_864;
/** An answer that takes more is not kept. One of 4,096 tokens, an event each, takes less. */
const MAX_KEPT_BYTES = 4_194_304;
/** At most: a character takes two bytes, and stands in its event and in the message. */
const BYTES_PER_CHARACTER = 4;
/** An event beside its data: an object, two strings, and what stood around them in the stream. */
const BYTES_PER_EVENT = 256;

/** A whole answer, as it is kept. */
interface KeptAnswer {
  readonly provider: string;
  readonly whole: { readonly events: readonly AnswerEvent[]; readonly message: Message };
  /** At most what it takes. */
  readonly bytes: number;
}

/**
 * Room for whole answers, in this process alone: one that is under way is everybody's here as it comes, and waiting for
 * another instance to have all of it would take a stream away from who wants one.
 */
export function createKeptAnswers(clock: Clock, maxBytes: number = MAX_BYTES): Cache {
  const sizeOf = (value: unknown): number => (value as KeptAnswer).bytes;
  return createCache({ name: 'llm', maxEntries: MAX_ANSWERS, maxBytes, sizeOf, eviction: 'lru', ttlJitter: 0, clock });
}

/**
 * Answers a repeated question from memory, and lets those who ask the same at once share one answer. A question is
 * repeatable when its temperature is 0. Only whole answers are kept: neither failures, nor what all left early, nor what makes no sense.
 *
 * Answers do not depend on who asks, because nothing of the caller is sent to a provider: who asks what another asked
 * before gets the same answer. Who has keys of their own pays for their answers, and shares them with nobody.
 * @param kept undefined: nothing is kept
 */
export function keepAnswers(llm: Llm, kept: Cache | undefined, sharing: AnswerSharing): Llm {
  return {
    async ask(question, signal, keys) {
      if (question.temperature !== 0 || keys !== undefined) return llm.ask(question, signal, keys);
      const key = keyOf(question);
      const answer = kept?.get<KeptAnswer>(key);
      if (answer) return { provider: answer.provider, whole: answer.whole, events: replay(answer.whole.events) };
      const open = async (call: AbortSignal): Promise<AnswerStream> => {
        const { provider, events } = await llm.ask(question, call);
        const keep = (events: readonly AnswerEvent[], bytes: number): void => {
          const message = messageOf(events);
          if (!message) return;
          void kept?.set<KeptAnswer>(key, { provider, whole: { events, message }, bytes }, { ttlMs: ANSWER_TTL_MS });
        };
        return { provider, events: tee(events, keep) };
      };
      return sharing.ask(key, open, signal);
    },
  };
}

/** Two questions have one key only if the providers are sent the same. */
function keyOf(question: Question): string {
  return `llm:answer:${createHash('sha256').update(JSON.stringify(question)).digest('base64url')}`;
}

/** Undefined when an event is no JSON: who asked for a stream gets it as it is. */
function messageOf(events: readonly AnswerEvent[]): Message | undefined {
  const reader = new MessageReader();
  try {
    for (const event of events) reader.read(event);
  } catch {
    return undefined;
  }
  return reader.message();
}

async function* replay(events: readonly AnswerEvent[]): AsyncGenerator<AnswerEvent, void, undefined> {
  yield* events;
}

async function* tee(
  events: AsyncIterable<AnswerEvent>,
  keep: (whole: readonly AnswerEvent[], bytes: number) => void,
): AsyncGenerator<AnswerEvent, void, undefined> {
  const seen: AnswerEvent[] = [];
  let bytes = 0;
  for await (const event of events) {
    bytes += BYTES_PER_EVENT + BYTES_PER_CHARACTER * event.data.length;
    if (bytes <= MAX_KEPT_BYTES) seen.push(event);
    yield event;
  }
  if (bytes <= MAX_KEPT_BYTES) keep(seen, bytes);
}
