import { readFileSync } from 'node:fs';
import { defineScenario, runClosed } from '@millrace/load';
import { countCost } from './cost.ts';

/** One closed run in a fresh process, as wrk's is: `closed-run.ts URL MILLISECONDS [CERTIFICATE]`. Prints what it got through and its CPU. */
const [target = '', durationMs = '', certFile] = process.argv.slice(2);
const scenario = defineScenario<null>({
  name: 'keep-alive GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});
const tls = certFile === undefined ? {} : { tls: { ca: readFileSync(certFile, 'utf8') } };
const cost = countCost();
const result = await runClosed({
  target,
  scenario,
  durationMs: Number(durationMs),
  maxConnections: 64,
  seed: 1,
  ...tls,
});
const paid = cost();
if (result.total.ok !== result.arrivals.planned)
  throw new Error(`${result.total.ok} good answers of ${result.arrivals.planned}`);
console.log(JSON.stringify({ requests: result.total.ok, ...paid }));
