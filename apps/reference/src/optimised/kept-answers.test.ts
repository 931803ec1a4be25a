import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { systemClock } from 'millrace/core';
import type { AnswerEvent, Llm } from '../ports/index.ts';
import { createKeptAnswers, keepAnswers } from './kept-answers.ts';
import { createSharedAnswers } from './shared-answers.ts';

const QUESTION = { model: 'swift-1', max_tokens: 10, temperature: 0, messages: [] } as const;
const { signal } = new AbortController();

/** Asks the same twice of a provider that answers `events`: what came each time, and how often it was asked. */
async function askTwice(events: readonly AnswerEvent[]) {
  let calls = 0;
  const llm: Llm = {
    async ask() {
      calls++;
      return {
        provider: 'fast',
        events: (async function* () {
          yield* events;
        })(),
      };
    },
  };
  const kept = keepAnswers(llm, createKeptAnswers(systemClock), createSharedAnswers());
  const seen = [];
  for (let time = 0; time < 2; time++)
    seen.push(await Readable.from((await kept.ask(QUESTION, signal)).events).toArray());
  return { seen, calls };
}

const message = { id: 'm', model: 'swift-1', usage: {} };
const START = { name: 'message_start', data: JSON.stringify({ message }) };
const STOP = { name: 'message_stop', data: '{}' };

test('[GW-10] an answer is kept with its events', async () => {
  const events = [START, { name: 'content_block_delta', data: '{"delta":{"text":"a"}}' }, STOP];
  assert.deepEqual(await askTwice(events), { seen: [events, events], calls: 1 });
});

test('[GW-14] an answer with an event that is no JSON is given as it came, and not kept', async () => {
  const events = [START, { name: 'content_block_delta', data: '{' }, STOP];
  assert.deepEqual(await askTwice(events), { seen: [events, events], calls: 2 });
});

const delta = (text: string): AnswerEvent => ({
  name: 'content_block_delta',
  data: JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
});

test('[GW-16] an answer of as many tokens as may be asked for is kept, one that is far too large is not', async () => {
  const longest = [START, ...Array.from({ length: 4_096 }, () => delta('consequently, ')), STOP];
  assert.equal((await askTwice(longest)).calls, 1);
  assert.equal((await askTwice([START, delta('x'.repeat(1_048_576)), STOP])).calls, 2);
});

test('[GW-16] what is kept is bounded by its number and its bytes, and the least recently asked for goes first', () => {
  const cache = createKeptAnswers(systemClock, 100_000);
  const keep = (key: string, bytes: number): void => void cache.set(key, { bytes });
  const held = (): string => ['a', 'b', 'c', 'd', 'e'].filter((key) => cache.get(key) !== undefined).join('');
  for (const key of ['a', 'b', 'c']) keep(key, 30_000);
  cache.get('a');
  keep('d', 40_000);
  assert.equal(held(), 'acd');
  keep('e', 90_000);
  assert.equal(held(), 'e');
  keep('e', 100_001);
  assert.equal(held(), '');
  for (let key = 0; key <= 2_000; key++) keep(String(key), 1);
  assert.deepEqual([cache.get('0'), cache.get('1')], [undefined, { bytes: 1 }]);
});
