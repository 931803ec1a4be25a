import { Redis } from 'ioredis';
import type { RateRule } from 'millrace/ratelimit';
import { createIoredisDriver } from 'millrace/redis';
import { startChild } from '../load/child.ts';
import { type Measurement, overRounds } from '../measurement.ts';
import { startRedis } from '../own-redis.ts';

const RUN = new URL('./lease-run.ts', import.meta.url);
/** So wide that one process cannot reach its end in a round: what is measured is what lets through. */
const WIDE: RateRule = { name: 'minute', limit: 150_000_000, windowMs: 600_000, burst: 150_000_000 };
/** So narrow that four processes ask for more all the time. */
const NARROW = { name: 'second', limit: 200_000, windowMs: 1_000, burst: 20_000 } satisfies RateRule;
const PROCESSES = 4;

/** What one process asked about a hot key. */
export interface LeaseRun {
  readonly asked: number;
  readonly passed: number;
  /** Milliseconds, by a clock that all processes share. */
  readonly beganAt: number;
  readonly endedAt: number;
}

/** Decisions a second of one process, the calls that it makes to Redis for them, and what four let pass beyond the limit. */
export async function measureLeases(rounds: number, seconds: number): Promise<Measurement[]> {
  const [rates, calls, over, used]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    await using redis = await startRedis();
    const [alone] = await runTogether(redis.url, WIDE, 1, seconds);
    if (alone!.passed < alone!.asked) throw new Error(`${alone!.asked - alone!.passed} were refused`);
    rates.push(alone!.asked / (1e3 * (alone!.endedAt - alone!.beganAt)));
    calls.push((100 * (await scriptCalls(redis.url))) / alone!.asked);
    const { passed, allowed } = totalOf(await runTogether(redis.url, NARROW, PROCESSES, seconds), NARROW);
    over.push((100 * Math.max(0, passed - allowed)) / NARROW.limit);
    used.push((100 * passed) / allowed);
  }
  return [
    overRounds('ratelimit.leases.rate', rates),
    overRounds('ratelimit.leases.commands', calls),
    { ...overRounds('ratelimit.leases.over', over), value: Math.max(...over) },
    overRounds('ratelimit.leases.used', used),
  ];
}

/** What passed in all processes, and what a limit lets pass in the time in which they asked. */
export function totalOf(
  runs: readonly LeaseRun[],
  { limit, windowMs, burst }: Required<Pick<RateRule, 'limit' | 'windowMs' | 'burst'>>,
): { readonly passed: number; readonly allowed: number } {
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const spanMs = Math.max(...runs.map(({ endedAt }) => endedAt)) - Math.min(...runs.map(({ beganAt }) => beganAt));
  return { passed, allowed: burst + (limit * spanMs) / windowMs };
}

async function runTogether(url: string, rule: RateRule, processes: number, seconds: number): Promise<LeaseRun[]> {
  const args = [url, JSON.stringify(rule), processes, 1e3 * seconds].map(String);
  return await Promise.all(
    Array.from({ length: processes }, async () => {
      await using child = await startChild<LeaseRun>(RUN, args);
      return child.ready;
    }),
  );
}

/** How often the server has run a script. */
async function scriptCalls(url: string): Promise<number> {
  await using driver = createIoredisDriver({ client: new Redis(url, { lazyConnect: true }) });
  await driver.connected({ timeoutMs: 5_000 });
  const stats = String(await driver.command('', ['INFO', 'commandstats']));
  return ['eval', 'evalsha'].reduce(
    (sum, name) => sum + Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0),
    0,
  );
}
