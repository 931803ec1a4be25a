import { defineScenario, runLoad } from '@millrace/load';
import { settledMemory } from './settled-memory.ts';

/**
 * Opens 5,000 connections to a server that holds its answers: `connection-run.ts URL`. Prints what each of the last
 * 4,000 of them added to its memory; the first 1,000 also paid for the code.
 */
const CONNECTIONS = 5_000;
const FIRST = 1_000;
const [target = ''] = process.argv.slice(2);
const scenario = defineScenario<null>({
  name: 'held GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});
let first: { readonly open: number; readonly bytes: number } | undefined;
let last: typeof first;
const result = await runLoad({
  ...{ target, scenario, seed: 1, maxConnections: CONNECTIONS },
  arrivals: { kind: 'constant', ratePerSecond: CONNECTIONS / 2, durationMs: 2_000 },
  onProgress: ({ sent, completed }) => {
    if (completed > 0) return;
    if (first === undefined && sent >= FIRST) first = { open: sent, bytes: settledMemory() };
    if (last === undefined && sent === CONNECTIONS) last = { open: sent, bytes: settledMemory() };
  },
});
if (first === undefined || last === undefined || result.total.ok !== CONNECTIONS) {
  throw new Error(`not all connections were open at once: ${result.total.ok} answers`);
}
console.log(JSON.stringify({ bytes: (last.bytes - first.bytes) / (last.open - first.open) }));
