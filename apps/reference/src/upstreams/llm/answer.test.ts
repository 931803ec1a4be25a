import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { answerEvents, type LlmEvent, type Prompt } from './answer.ts';

const PROMPT: Prompt = { model: 'swift-1', messages: [{ role: 'user', content: 'why?' }], max_tokens: 1_000 };

function deltas(events: readonly LlmEvent[]): string[] {
  return events.flatMap(({ data }) => (data.delta as { text?: string } | undefined)?.text ?? []);
}

test('[LLM-1] the same prompt and seed have the same answer, another prompt or seed another', () => {
  const answer = deltas(answerEvents(PROMPT, 1));
  assert.deepEqual(answerEvents(PROMPT, 1), answerEvents(structuredClone(PROMPT), 1));
  const others: [Prompt, number][] = [
    [PROMPT, 2],
    [{ ...PROMPT, model: 'deep-1' }, 1],
    [{ ...PROMPT, messages: [{ role: 'user', content: 'why not?' }] }, 1],
    [{ ...PROMPT, temperature: 0 } as Prompt, 1],
  ];
  for (const [prompt, seed] of others) assert.notDeepEqual(deltas(answerEvents(prompt, seed)), answer);
});

test('[LLM-2] an answer is a whole message: its events in order, its tokens counted and bounded', () => {
  const prompt = fc.record({
    ...{ model: fc.string(), messages: fc.array(fc.jsonValue(), { minLength: 1 }) },
    max_tokens: fc.integer({ min: 1, max: 200 }),
  });
  fc.assert(
    fc.property(prompt, fc.nat(), (asked, seed) => {
      const events = answerEvents(asked, seed);
      const names = events.map(({ name }) => name);
      assert.deepEqual(names.slice(0, 2), ['message_start', 'content_block_start']);
      assert.deepEqual(names.slice(-3), ['content_block_stop', 'message_delta', 'message_stop']);
      assert.ok(names.slice(2, -3).every((name) => name === 'content_block_delta'));
      assert.ok(events.every(({ name, data }) => data.type === name));
      const { delta, usage } = (events.at(-2) as LlmEvent).data as {
        delta: { stop_reason: string };
        usage: { output_tokens: number };
      };
      assert.ok(usage.output_tokens >= 1 && usage.output_tokens <= asked.max_tokens);
      assert.equal(deltas(events).length, Math.ceil(usage.output_tokens / 4));
      if (delta.stop_reason === 'max_tokens') assert.equal(usage.output_tokens, asked.max_tokens);
      else assert.equal(delta.stop_reason, 'end_turn');
    }),
    propertySeed(),
  );
});
