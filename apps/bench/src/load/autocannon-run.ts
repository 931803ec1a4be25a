import { createRequire } from 'node:module';
import { countCost } from './cost.ts';

/** One run of autocannon in a fresh process: `autocannon-run.ts URL MILLISECONDS [RATE]`. Prints what it got through, its CPU without its start, and its percentiles in milliseconds. */
type Autocannon = (options: {
  readonly url: string;
  readonly connections: number;
  readonly duration: number;
  readonly overallRate?: number;
}) => Promise<{
  readonly '2xx': number;
  readonly errors: number;
  readonly non2xx: number;
  readonly latency: { readonly p50: number; readonly p99: number };
}>;

const require = createRequire(import.meta.url);
const autocannon = require('autocannon') as Autocannon;
const [url = '', durationMs = '', rate] = process.argv.slice(2);
const cost = countCost();
// No workers and no pipelining: one thread and one request a connection, as the others have.
const result = await autocannon({
  ...{ url, connections: 64, duration: Number(durationMs) / 1_000 },
  ...(rate !== undefined && { overallRate: Number(rate) }),
});
const paid = cost();
if (result.errors + result.non2xx > 0) throw new Error('answers failed');
console.log(JSON.stringify({ requests: result['2xx'], ...paid, latency: result.latency }));
