import { defineScenario, runLoad } from '@millrace/load';
import { renderLoadTable } from '@millrace/load/report';

/** Interrupts a run of a minute after one second: `interrupt-run.ts URL`. Prints how long its report took from then on. */
const [target = ''] = process.argv.slice(2);
const interruption = new AbortController();
const scenario = defineScenario<null>({
  name: 'GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});
let interruptedAt = 0;
setTimeout(() => {
  interruptedAt = performance.now();
  interruption.abort();
}, 1_000);
const arrivals = { kind: 'constant', ratePerSecond: 500, durationMs: 60_000 } as const;
const result = await runLoad({ target, scenario, arrivals, seed: 1, signal: interruption.signal });
const report = renderLoadTable(result);
const seconds = (performance.now() - interruptedAt) / 1_000;
const { ok, interrupted } = result.total;
if (!result.interrupted || ok + interrupted !== result.arrivals.planned || report === '') {
  throw new Error('the report is not whole');
}
console.log(JSON.stringify({ seconds }));
