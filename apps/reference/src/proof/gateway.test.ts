import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRandom } from 'millrace/core';
import { startTrial, TRIAL_SECRET, TRIAL_SEED, type Trial } from '../trial.ts';
import { repeatedPrompts, streamedPrompts, uniquePrompts } from './gateway.ts';
import { requireMessage, requireWholeStream } from './prompts.ts';
import { createTraderPool } from './trader.ts';

const pool = createTraderPool({
  ...{ seed: TRIAL_SEED, tokenSecret: TRIAL_SECRET },
  owners: [1, 2, 3].map((userId) => ({ userId, strategyIds: [], keyIds: [], projectIds: [] })),
});
const SCENARIOS = { unique: uniquePrompts(pool), repeated: repeatedPrompts(pool), events: streamedPrompts(pool) };

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

test('[PROOF-10] the checks of the gateway scenarios take the answers of both modes', async () => {
  for (const mode of ['origin', 'optimised']) {
    await using service = await trial.open(mode);
    for (const scenario of Object.values(SCENARIOS)) {
      const random = createRandom(1);
      for (let i = 0; i < 20; i++) {
        const [step] = scenario.steps;
        const trader = pool.create(i % pool.size);
        const { path, headers = {}, body = '' } = step?.build(trader, random) ?? assert.fail();
        const answer = await service.app.inject({ method: 'POST', url: path, headers, payload: body });
        assert.equal(answer.statusCode, 200, answer.body);
        step?.onAnswer?.({ status: 200, headers: {}, body: answer.body }, trader);
      }
    }
  }
});

test('[PROOF-10] a stream that lacks an event, has one too many, ends early or tells of a failure is an error', async () => {
  await using service = await trial.open('optimised');
  const {
    path,
    headers = {},
    body = '',
  } = streamedPrompts(pool).steps[0]?.build(pool.create(0), createRandom(1)) ?? {};
  const answer = await service.app.inject({ method: 'POST', url: path ?? '', headers, payload: body });
  const events = answer.body.split(/(?<=\n\n)/);
  requireWholeStream({ body: events.join('') });
  for (const [index] of events.entries()) {
    const isDelta = events[index]?.startsWith('event: content_block_delta') === true;
    if (!isDelta) assert.throws(() => requireWholeStream({ body: events.toSpliced(index, 1).join('') }));
    if (!isDelta)
      assert.throws(() => requireWholeStream({ body: events.toSpliced(index, 0, events[index] ?? '').join('') }));
  }
  const failure = 'event: error\ndata: {"type":"error"}\n\n';
  const broken = [answer.body.slice(0, -1), events.slice(0, 4).join(''), events.slice(0, 4).join('') + failure, ''];
  for (const text of [...broken, answer.body.replace('"type":"message_stop"', '"type":"message_delta"')]) {
    assert.throws(() => requireWholeStream({ body: text }));
  }
  assert.throws(() => requireMessage({ body: '{"type":"error"}' }));
  assert.throws(() => requireMessage({ body: '{"type":"message","content":[]}' }));
});

test('[PROOF-11] unique prompts do not come again, repeated ones do, few of them most of the time', () => {
  const drawn = (scenario: (typeof SCENARIOS)['unique']): string[] => {
    const random = createRandom(2);
    return Array.from({ length: 2_000 }, () => scenario.steps[0]?.build(pool.create(0), random).body as string);
  };
  assert.equal(new Set(drawn(SCENARIOS.unique)).size, 2_000);
  const repeated = Map.groupBy(drawn(SCENARIOS.repeated), (body) => body);
  const most = [...repeated.values()].map((bodies) => bodies.length).sort((a, b) => b - a);
  assert.ok(repeated.size <= 200 && repeated.size > 150, `${repeated.size} prompts`);
  assert.ok(most.slice(0, 20).reduce((sum, count) => sum + count, 0) > 800, `${most.slice(0, 20)}`);
  const steady = drawn(SCENARIOS.unique).filter((body) => body.includes('steady-1')).length;
  assert.ok(Math.abs(steady / 2_000 - 0.2) < 0.05);
});
