import { setTimeout as sleep } from 'node:timers/promises';
import { type LoadResult, runLoad } from '@millrace/load';
import { startChild } from '../load/child.ts';
import type { Measurement } from '../measurement.ts';
import { startRedis } from '../own-redis.ts';
import { callers } from './caller-scenario.ts';
import { readTokenSet, writeTokenSet } from './token-set.ts';

const SERVER = new URL('./identity-server.ts', import.meta.url);
const RATE = 500;

/** A route behind a token check while the Redis of its identities is killed, and later started again. */
export async function measureRedisKilled(seconds: number): Promise<Measurement[]> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const file = stack.use(await writeTokenSet((RATE * 3 * seconds) / 100)).file;
  const server = stack.use(await startChild<{ readonly url: string }>(SERVER, [redis.url, file]));
  const target = server.ready.url;
  await untilUsed(target);
  const arrivals = { kind: 'constant', ratePerSecond: RATE, durationMs: 3_000 * seconds } as const;
  const load = runLoad({ target, scenario: callers(await readTokenSet(file), true), arrivals, seed: 1 });
  await sleep(1_000 * seconds);
  await redis.kill();
  await sleep(1_000 * seconds);
  await redis.start();
  const began = performance.now();
  await untilUsed(target);
  const backMs = performance.now() - began;
  const failed = failedOf(await load);
  return [
    { goal: 'auth.redis-killed.failed', value: failed, spread: null },
    { goal: 'auth.redis-killed.back', value: backMs, spread: null },
  ];
}

/** Requests that were not answered well, whatever they were answered. */
function failedOf({ arrivals, total }: LoadResult): number {
  return arrivals.planned - total.ok;
}

async function untilUsed(target: string): Promise<void> {
  for (;;) {
    const { shared } = (await (await fetch(`${target}/shared`)).json()) as { readonly shared: string };
    if (shared === 'used') return;
    await sleep(20);
  }
}
