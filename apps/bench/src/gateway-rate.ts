import { defineScenario, type LoadResult, percentileOf, runLoad, type Scenario } from '@millrace/load';
import { EN, reasonsText } from '@millrace/load/report';
import { startTrial, trialBearer, trialEnvironment } from '@millrace/reference/trial';
import type { Measurement } from './measurement.ts';
import { startService } from './service-process.ts';

const USER = 1;
const SEED = 1;
const WARM_UP = { kind: 'constant', ratePerSecond: 200, durationMs: 2_000 } as const;
const LOAD = { kind: 'constant', ratePerSecond: 10_000, durationMs: 10_000 } as const;
const MAX_CONNECTIONS = 200;

/** Asks the gateway of the optimised service one repeatable question, 10,000 times a second for ten seconds. */
export async function measureGateway(): Promise<readonly Measurement[]> {
  await using trial = await startTrial();
  const { crs, llm } = trial;
  const database = await trial.createDatabase('optimised');
  await using service = await startService(trialEnvironment(database, 'optimised', crs, llm));
  const run = { target: service.baseUrl, scenario: repeatedQuestion(), seed: SEED, maxConnections: MAX_CONNECTIONS };
  await runLoad({ ...run, arrivals: WARM_UP });
  return readGateway(await runLoad({ ...run, arrivals: LOAD }));
}

/** At temperature 0 an answer may be kept, so that all but the first come from memory. */
function repeatedQuestion(): Scenario<null> {
  const body = JSON.stringify({
    model: 'swift-1',
    max_tokens: 200,
    temperature: 0,
    messages: [{ role: 'user', content: 'Why do queues grow?' }],
  });
  const headers = { authorization: `Bearer ${trialBearer(USER)}`, 'content-type': 'application/json' };
  return defineScenario<null>({
    name: 'repeated question',
    users: 1,
    createUser: () => null,
    steps: [{ name: 'ask', weight: 1, build: () => ({ method: 'POST', path: '/v1/messages', headers, body }) }],
  });
}

/** Good answers a second until the last one came, the P99 of what a user waits, and the share of errors. */
export function readGateway({ total, arrivals, drainMs, validity }: LoadResult): readonly Measurement[] {
  const errors = Object.values(total.errors).reduce((sum, count) => sum + count, 0);
  const measured = (name: string, value: number): Measurement => {
    return { goal: `reference.gateway.${name}`, value, spread: null };
  };
  const invalid = validity.verdict === 'invalid' ? { invalid: reasonsText(validity.reasons, EN) } : {};
  return [
    measured('rate', total.ok / ((arrivals.durationMs + drainMs) / 1_000)),
    readP99(total),
    measured('errors', (100 * errors) / arrivals.planned),
  ].map((measurement) => ({ ...measurement, ...invalid }));
}

function readP99(total: LoadResult['total']): Measurement {
  const goal = 'reference.gateway.p99';
  const p99 = percentileOf({ ...total, histogram: total.responseTimeUs }, 99);
  if (p99.kind === 'value') return { goal, value: p99.us / 1_000, spread: null };
  const why =
    p99.kind === 'too-few' ? `${p99.samples} samples` : `≥ ${Math.round(p99.us / 1_000)} ms: some had no answer`;
  return { goal, value: null, spread: null, skipped: why };
}
