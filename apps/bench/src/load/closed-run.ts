import { readFileSync } from 'node:fs';
import { defineScenario, runClosed } from '@millrace/load';

/** One closed run in a fresh process, as wrk's is: `closed-run.ts URL MILLISECONDS [CERTIFICATE]`. Prints what it got through and its CPU. */
const [target = '', durationMs = '', certFile] = process.argv.slice(2);
const scenario = defineScenario<null>({
  name: 'keep-alive GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});
const tls = certFile === undefined ? {} : { tls: { ca: readFileSync(certFile, 'utf8') } };
const began = process.cpuUsage();
const result = await runClosed({
  target,
  scenario,
  durationMs: Number(durationMs),
  maxConnections: 64,
  seed: 1,
  ...tls,
});
// The whole process, as wrk's figure is: the collector's and the compiler's threads count.
const { user, system } = process.cpuUsage(began);
if (result.total.ok !== result.arrivals.planned)
  throw new Error(`${result.total.ok} good answers of ${result.arrivals.planned}`);
console.log(JSON.stringify({ requests: result.total.ok, cpuSeconds: (user + system) / 1e6 }));
