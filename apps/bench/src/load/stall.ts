import { setTimeout as sleep } from 'node:timers/promises';
import { measureKnownStall } from '@millrace/load/selftest';
import { type Measurement, overRounds } from '../measurement.ts';
import { startChild } from './child.ts';
import { invalidBy } from './invalid.ts';

type KnownStall = Awaited<ReturnType<typeof measureKnownStall>>;

const FIXED_SERVER = new URL('./fixed-server.ts', import.meta.url);
const AUTOCANNON_RUN = new URL('./autocannon-run.ts', import.meta.url);
const RATE_PER_SECOND = 2_000;
const DURATION_MS = 10_000;
const STALL_AT_MS = 4_000;
const STALL_MS = 1_000;
const NAMES = ['p95', 'p99', 'max'] as const;

/** One second of stall in ten at 2,000/s: how far each percentile is from what the server stamped, in percent. */
export async function measureStall(rounds: number): Promise<Measurement[]> {
  const stalls: KnownStall[] = [];
  const stall = { ratePerSecond: RATE_PER_SECOND, durationMs: DURATION_MS, stallMs: STALL_MS };
  for (let seed = 1; seed <= rounds; seed++) stalls.push(await measureKnownStall({ ...stall, seed }));
  return stallMeasurements(stalls);
}

/** The stamps know nothing of an arrival that was not answered, so each must be. */
export function stallMeasurements(stalls: readonly Pick<KnownStall, 'figures' | 'result'>[]): Measurement[] {
  for (const { total, arrivals } of stalls.map(({ result }) => result)) {
    if (total.ok !== arrivals.planned) throw new Error(`${total.ok} good answers of ${arrivals.planned}`);
  }
  const invalid = invalidBy(stalls.flatMap(({ result }) => result.validity.reasons));
  return NAMES.map((name) => {
    const figures = stalls.flatMap((stall) => stall.figures.filter((figure) => figure.name === name));
    const percents = figures.map(({ error }) => Math.abs(error) * 100);
    return { ...overRounds(`load.stall.${name}`, percents), ...invalid };
  });
}

/** In milliseconds. */
type Told = Readonly<Record<'p50' | 'p99', number>>;

/** What autocannon says of such a stall, with the correction that it makes unless told otherwise. */
export async function measureAutocannonStall(rounds: number): Promise<Measurement[]> {
  await using server = await startChild<{ port: number }>(FIXED_SERVER);
  const args = [`http://127.0.0.1:${server.ready.port}`, String(DURATION_MS), String(RATE_PER_SECOND)];
  const told: Told[] = [];
  for (let round = 0; round < rounds; round++) {
    const [run] = await Promise.all([startChild<{ latency: Told }>(AUTOCANNON_RUN, args), standStill(server.pid)]);
    await using child = run;
    told.push(child.ready.latency);
  }
  return (['p50', 'p99'] as const).map((name) => {
    return overRounds(
      `load.stall.autocannon.${name}`,
      told.map((latency) => latency[name]),
    );
  });
}

async function standStill(pid: number): Promise<void> {
  await sleep(STALL_AT_MS);
  process.kill(pid, 'SIGSTOP');
  await sleep(STALL_MS);
  process.kill(pid, 'SIGCONT');
}
