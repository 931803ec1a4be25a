import { createHash } from 'node:crypto';
import { createRandom, type Random } from 'millrace/core';

/** What a provider is asked: the fields of a Messages API request that change the answer. */
export interface Prompt {
  readonly model: string;
  readonly messages: readonly unknown[];
  readonly max_tokens: number;
}

/** One server-sent event. */
export interface LlmEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const WORDS = [
  ...['the', 'a', 'queue', 'cache', 'index', 'server', 'request', 'answer', 'grows', 'waits', 'holds', 'drops'],
  ...['slowly', 'again', 'under', 'load', 'before', 'after', 'every', 'second', 'of', 'and', 'so', 'then'],
  ...['naïve', 'Größe', '响应', '时间', '"quoted"', 'back\\slash', 'tab\t', 'line\n'],
];
const SHORTEST = 12;
const LONGEST = 72;
const TOKENS_PER_DELTA = 4;
const CHARACTERS_PER_TOKEN = 4;

/** The events of an answer. The same seed and prompt give the same ones, whichever provider is asked. */
export function answerEvents(prompt: Prompt, seed: number): readonly LlmEvent[] {
  const question = JSON.stringify(prompt);
  const digest = createHash('sha256').update(`${seed}:${question}`).digest();
  const random = createRandom(digest.readUInt32BE(0));
  const wanted = SHORTEST + random.int(LONGEST - SHORTEST);
  const tokens = Math.min(wanted, prompt.max_tokens);
  const inputTokens = Math.ceil(JSON.stringify(prompt.messages).length / CHARACTERS_PER_TOKEN);
  const id = `msg_${digest.toString('hex').slice(0, 24)}`;
  const stop = { stop_reason: tokens < wanted ? 'max_tokens' : 'end_turn', stop_sequence: null };
  return [
    event('message_start', {
      message: {
        ...{ id, type: 'message', role: 'assistant', model: prompt.model, content: [] },
        ...{ stop_reason: null, stop_sequence: null, usage: { input_tokens: inputTokens, output_tokens: 1 } },
      },
    }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...textParts(tokens, random).map((text) =>
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    ),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: stop, usage: { output_tokens: tokens } }),
    event('message_stop', {}),
  ];
}

function event(name: string, rest: Readonly<Record<string, unknown>>): LlmEvent {
  return { name, data: { type: name, ...rest } };
}

/** A word a token, four of them a delta. */
function textParts(tokens: number, random: Random): readonly string[] {
  const words = Array.from({ length: tokens }, () => `${WORDS[random.int(WORDS.length)]} `);
  return Array.from({ length: Math.ceil(tokens / TOKENS_PER_DELTA) }, (_, index) =>
    words.slice(index * TOKENS_PER_DELTA, (index + 1) * TOKENS_PER_DELTA).join(''),
  );
}
