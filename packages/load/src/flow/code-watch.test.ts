import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import type { StepRecorder } from '../run/index.ts';
import { CodeWatch } from './code-watch.ts';
import { defineScenario } from './define-scenario.ts';
import { runFlows, startFlowService } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';

/** Holds the thread, as code that counts for long does. */
function hold(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('[FLOW-55] flow code that is slow is named: by its flow before the first answer, then by the row of the answer', async () => {
  await using service = await startFlowService((_seen, response) => void response.end('ok'));
  const begins = async (user: FlowUser): Promise<void> => {
    hold(1.3);
    await user.get('/quick');
  };
  const reads = async (user: FlowUser): Promise<void> => {
    const page = await user.group('a page', async () => (await user.get('/read')).text());
    await Promise.resolve(page);
    hold(1.3);
    await user.get('/quick');
  };
  const flows = [
    { name: 'begins', run: begins },
    { name: 'reads', run: reads },
  ];
  const scenario = defineScenario({ name: 's', users: 50, flows });
  const arrivals = { kind: 'constant', ratePerSecond: 600, durationMs: 1_000 } as const;
  const { remarks } = await runFlows(service, scenario, 1, { arrivals });
  const slow = remarks.flatMap((remark) => (remark.code === 'slow-code' ? [remark.values] : []));
  for (const name of ['GET /read', 'begins']) {
    const { ms = 0, boundMs } = slow.find(({ step }) => step === name) ?? {};
    assert.ok(ms >= 1.3 && boundMs === 1, `${name}: ${ms}`);
  }
});

test('[FLOW-55] a flow that begins where another ended is not taken for the code after its last answer', async () => {
  const clock = createFakeClock();
  const watch = new CodeWatch(clock);
  const took: [string, number][] = [];
  const rowOf = (name: string): StepRecorder =>
    ({ codeTook: (ms: number) => void took.push([name, ms]) }) as unknown as StepRecorder;
  let now = 0;
  clock.now = () => now;
  watch.hears(rowOf('answer'));
  await null;
  now += 2;
  watch.begin(rowOf('next'), () => {
    now += 7;
  });
  await new Promise((heard) => setImmediate(heard));
  assert.deepEqual(took, [['answer', 2]]);
});

test('[FLOW-55] calls are timed by chance, one in sixteen on the mean, at every place of a repeated flow', () => {
  const clock = createFakeClock();
  const watch = new CodeWatch(clock);
  const timed = new Array<number>(16).fill(0);
  const count = (place: number): void => {
    timed[place] = (timed[place] ?? 0) + 1;
  };
  const rows = timed.map((_, place) => ({ codeTook: () => count(place) }) as unknown as StepRecorder);
  for (let call = 0; call < 160_000; call++) watch.begin(rows[call % 16] as StepRecorder, () => undefined);
  const all = timed.reduce((sum, count) => sum + count, 0);
  assert.ok(all > 9_500 && all < 10_500, `${all}`);
  for (const count of timed) assert.ok(count > 400 && count < 900, `${timed}`);
});
