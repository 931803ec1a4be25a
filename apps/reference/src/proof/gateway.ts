import { type Answer, defineScenario, type Scenario } from '@millrace/load';
import type { Random } from 'millrace/core';
import { createZipf } from '../data/index.ts';
import type { Trader, TraderPool } from './trader.ts';

const EVER_NEW = 2 ** 31;
const KNOWN_PROMPTS = 200;
const ZIPF_EXPONENT = 0.9;
/** One question in this many is for the model whose first provider may flap. */
const STEADY_EVERY = 5;

/** The names of an answer's events, in order: the deltas are one or more. */
const WHOLE_STREAM =
  /^message_start content_block_start (content_block_delta )+content_block_stop message_delta message_stop $/;

/** Prompts that nobody asked before: nothing can be kept, and every answer costs a provider's call. */
export function uniquePrompts(pool: TraderPool): Scenario<Trader> {
  return questions('unique', pool, (random) => random.int(EVER_NEW), false);
}

/** Prompts that everybody asks, few of them most of the time. */
export function repeatedPrompts(pool: TraderPool): Scenario<Trader> {
  const zipf = createZipf({ size: KNOWN_PROMPTS, exponent: ZIPF_EXPONENT });
  return questions('repeated', pool, (random) => zipf.draw(random), false);
}

/** Prompts that nobody asked before, answered as events, each of which is looked at. */
export function streamedPrompts(pool: TraderPool): Scenario<Trader> {
  return questions('events', pool, (random) => random.int(EVER_NEW), true);
}

function questions(
  name: string,
  pool: TraderPool,
  draw: (random: Random) => number,
  stream: boolean,
): Scenario<Trader> {
  return defineScenario<Trader>({
    name,
    users: pool.size,
    createUser: (index) => pool.create(index),
    steps: [
      {
        name: 'ask',
        weight: 1,
        build: ({ token }, random) => ask(token, `${name}, question`, draw(random), stream),
        onAnswer: stream ? requireWholeStream : requireMessage,
      },
    ],
  });
}

/** Temperature 0: the same question has the same answer, so that it may be kept. */
function ask(token: string, text: string, number: number, stream: boolean) {
  const model = number % STEADY_EVERY === 0 ? 'steady-1' : 'swift-1';
  const messages = [{ role: 'user', content: `${text} ${number}` }];
  return {
    method: 'POST',
    path: '/v1/messages',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
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
