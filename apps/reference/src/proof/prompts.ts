import type { Answer } from '@millrace/load';
import type { Random } from 'millrace/core';
import { authorised, type Holder } from './authorised.ts';

/*
 * What the gateway is asked, and what its answers must be; nothing here knows of a database. The proof sends it with
 * tokens made beforehand, the file for `millrace load run` as clients that log in.
 */

/** How many prompts everybody asks, and by which law of Zipf. */
export const KNOWN_PROMPTS = { size: 200, exponent: 0.9 } as const;

const EVER_NEW = 2 ** 31;
/** One question in this many is for the model whose first provider may flap. */
const STEADY_EVERY = 5;

/** The names of an answer's events, in order: the deltas are one or more. */
const WHOLE_STREAM =
  /^message_start content_block_start (content_block_delta )+content_block_stop message_delta message_stop $/;

/** The number of a prompt that nobody asked before. */
export function drawNew(random: Random): number {
  return random.int(EVER_NEW);
}

/** Temperature 0: the same question has the same answer, so that it may be kept. */
export function ask(holder: Holder, text: string, number: number, stream: boolean) {
  const model = number % STEADY_EVERY === 0 ? 'steady-1' : 'swift-1';
  const messages = [{ role: 'user', content: `${text} ${number}` }];
  return {
    method: 'POST',
    path: '/v1/messages',
    headers: { ...authorised(holder), 'content-type': 'application/json' },
    body: JSON.stringify({ model, max_tokens: 60, temperature: 0, stream, messages }),
  } as const;
}

/** Throws unless the answer is a message with a text. */
export function requireMessage({ body }: Pick<Answer, 'body'>): void {
  const { type, content } = JSON.parse(body) as { type?: string; content?: readonly { text?: string }[] };
  if (type !== 'message' || !content?.[0]?.text) throw new Error(`no message: ${body.slice(0, 200)}`);
}

/** Throws unless the answer is a whole stream: every event from `message_start` to `message_stop`, in order, with its data. */
export function requireWholeStream({ body }: Pick<Answer, 'body'>): void {
  const events = body.split('\n\n');
  if (events.pop() !== '') throw new Error('the stream ends within an event');
  const names = events.map((text) => {
    const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(text) ?? [];
    if ((JSON.parse(data) as { type?: string }).type !== name) throw new Error(`${name} has the data of another event`);
    return `${name} `;
  });
  if (!WHOLE_STREAM.test(names.join(''))) throw new Error(`no whole stream: ${names.join('').slice(0, 200)}`);
}
