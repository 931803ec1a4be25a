import { runClosed } from '@millrace/load';
import { callers } from './caller-scenario.ts';
import { readTokenSet } from './token-set.ts';

/*
 * Load on one server in a process of its own: `route-load.ts URL MILLISECONDS TOKENS`. 64 connections, each asks again when
 * it is answered; one request of a hundred brings a new token. Says requests a second, and what they cost the server.
 */

const WARM_UP_MS = 500;
const [target = '', durationMs = '', file = ''] = process.argv.slice(2);
const tokens = await readTokenSet(file);

async function cpuMicros(): Promise<number> {
  const answer = await fetch(`${target}/cost`);
  const { user, system } = (await answer.json()) as NodeJS.CpuUsage;
  return user + system;
}

const run = { target, maxConnections: 64, seed: 1 };
await runClosed({ ...run, scenario: callers(tokens, false), durationMs: WARM_UP_MS });
const before = await cpuMicros();
const scenario = callers(tokens, true);
const { total, arrivals } = await runClosed({ ...run, scenario, durationMs: Number(durationMs) });
const cpuUs = ((await cpuMicros()) - before) / total.ok;
if (total.ok !== arrivals.planned) throw new Error(`${total.ok} good answers of ${arrivals.planned}`);
const perSecond = (1e3 * total.ok) / Number(durationMs);
console.log(JSON.stringify({ perSecond, cpuUs, busy: (perSecond * cpuUs) / 1e6 }));
process.exit();
