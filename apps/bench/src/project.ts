import { defineScenario, type LoadResult, percentileOf, runLoad, type Scenario } from '@millrace/load';
import { EN, reasonsText } from '@millrace/load/report';
import { startTrial, type Trial, trialBearer, trialEnvironment } from '@millrace/reference/trial';
import { type Measurement, overRounds } from './measurement.ts';
import { startService } from './service-process.ts';

const WHALE = 1;
/** Every fifth project is the whale's, from the first on. */
const PROJECTS = Array.from({ length: 50 }, (_, index) => 1 + 5 * index);
const RATE = 100;
const WARM_UP = { kind: 'constant', ratePerSecond: PROJECTS.length, durationMs: 2_000 } as const;
const ARMS = { '': 'optimised', '.typical': 'typical' } as const;

/** A project with its files and activities, after each of fifty was read twice: the P95 of what a user waits. */
export async function measureProject(rounds: number, seconds: number): Promise<readonly Measurement[]> {
  await using trial = await startTrial('small');
  const measurements: Measurement[] = [];
  for (const [suffix, switches] of Object.entries(ARMS)) {
    const results: LoadResult[] = [];
    for (let seed = 1; seed <= rounds; seed++) results.push(await measureRound(trial, switches, seed, seconds));
    const spoiled = results.find(({ validity }) => validity.verdict === 'invalid');
    measurements.push({
      ...overRounds(`reference.project.p95${suffix}`, results.flatMap(readP95)),
      ...(spoiled && { invalid: reasonsText(spoiled.validity.reasons, EN) }),
    });
  }
  return measurements;
}

async function measureRound(trial: Trial, switches: string, seed: number, seconds: number): Promise<LoadResult> {
  const env = trialEnvironment(await trial.createDatabase(switches), switches, trial.crs);
  await using service = await startService(env);
  const run = { target: service.baseUrl, scenario: projectPages(), seed };
  await runLoad({ ...run, arrivals: WARM_UP });
  const arrivals = { kind: 'constant', ratePerSecond: RATE, durationMs: seconds * 1_000 } as const;
  return await runLoad({ ...run, arrivals });
}

/** Each project in turn. */
function projectPages(): Scenario<number> {
  const headers = { authorization: `Bearer ${trialBearer(WHALE)}` };
  const path = (id: number): string => `/api/v1/projects/${id}?include=files,activities`;
  return defineScenario<number>({
    name: 'project pages',
    users: PROJECTS.length,
    createUser: (index) => PROJECTS[index] as number,
    pickUser: (_random, arrival) => arrival % PROJECTS.length,
    steps: [{ name: 'project', weight: 1, build: (id) => ({ method: 'GET', path: path(id), headers }) }],
  });
}

/** Empty when a percentile cannot be told. */
function readP95({ total }: LoadResult): number[] {
  if (total.ok !== total.responseTimeUs.count) throw new Error('a project page was answered with an error');
  const p95 = percentileOf({ ...total, histogram: total.responseTimeUs }, 95);
  return p95.kind === 'value' ? [p95.us / 1_000] : [];
}
