import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { systemClock } from 'millrace/core';
import type { AnswerEvent, Llm } from '../ports/index.ts';
import { createAnswerMemory } from './answer-memory.ts';
import { keepAnswers } from './kept-answers.ts';
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
  const memory = createAnswerMemory({ name: 'kept', maxAnswers: 10 }, systemClock);
  const kept = keepAnswers(llm, memory, createSharedAnswers());
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
