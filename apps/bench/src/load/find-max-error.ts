import { defineScenario, type FoundMax, findMax, parseSlo } from '@millrace/load';
import { type Measurement, overRounds } from '../measurement.ts';
import { startChild } from './child.ts';

const BUCKET_SERVER = new URL('./bucket-server.ts', import.meta.url);
/** None is a rate that the search tries by itself. */
const LIMITS = [700, 460, 1_100] as const;
/** What the bucket hides and what the SLO forgives are together less than half of the 5 %. */
const SLO = parseSlo('http.p99<100ms,errors<1%');
const SCENARIO = defineScenario<null>({
  name: 'keep-alive GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});

/** A neighbour that holds the generator up ends a search; one that does so twice leaves its figure invalid. */
const ATTEMPTS = 2;

/** How far off the rate is that a search finds against a known limit, and how long it takes; options as the command has them. */
export async function measureFindMax(searches: number): Promise<Measurement[]> {
  const errors: number[] = [];
  const seconds: number[] = [];
  const spoilt: string[] = [];
  for (const limit of LIMITS.slice(0, searches)) {
    await using server = await startChild<{ port: number }>(BUCKET_SERVER, [String(limit)]);
    const target = `http://127.0.0.1:${server.ready.port}`;
    const { perSecond, limitedBy, tookMs } = await search(target);
    seconds.push(tookMs / 1_000);
    if (perSecond === null) throw new Error(`no rate was found at ${limit}/s, limited by ${limitedBy}`);
    if (limitedBy !== 'slo') spoilt.push(`a search at ${limit}/s was limited by ${limitedBy}`);
    errors.push(Math.abs(perSecond / limit - 1) * 100);
  }
  const invalid = spoilt.length > 0 && { invalid: spoilt.join(', ') };
  return [
    { ...overRounds('load.find-max.error', errors), ...invalid },
    { ...overRounds('load.find-max.time', seconds), ...invalid },
  ];
}

async function search(target: string): Promise<FoundMax & { readonly tookMs: number }> {
  for (let attempt = 1; ; attempt++) {
    const began = performance.now();
    const found = await findMax({ load: { target, scenario: SCENARIO, seed: attempt }, slo: SLO });
    const tookMs = performance.now() - began;
    if (found.limitedBy === 'slo' || attempt === ATTEMPTS) return { ...found, tookMs };
  }
}
