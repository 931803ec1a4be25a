import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { type Cache, createCache, createRedisTier, createValueCodec } from 'millrace/cache';
import { createNodeRedisDriver } from 'millrace/redis';
import { createFaultProxy, type FaultProxy } from 'millrace/testing';
import type { Measurement } from '../../measurement.ts';
import { startRedis } from '../../own-redis.ts';

const HELD = 2_000;
const TOUCHED = 50;
/** So late nothing old may be given. */
const MARGIN_MS = 50;
const WATCHED_MS = 500;
/** What is held is believed all through the cut, so that an old answer would be given. */
const MAX_STALENESS_MS = 60_000;

/** Cuts one process off its log while another one invalidates, and looks at what it gives when it is back. */
export async function measureCut(cutMs: number): Promise<Measurement[]> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const proxy = stack.use(await createFaultProxy({ target: { host: '127.0.0.1', port: redis.port } }));
  const writer = open(stack, redis.url);
  const behind = new URL(redis.url);
  behind.port = String(proxy.port);
  const reader = open(stack, behind.href);
  await until(() => [writer, reader].every((cache) => cache.stats().shared === 'used'));
  const keys = Array.from({ length: HELD }, (_, index) => `${index}`);
  for (const key of keys) await reader.getOrSet(key, async () => 'old');
  const touched = new Set(keys.filter((_, index) => index % (HELD / TOUCHED) === 0));
  proxy.set({ refuse: true });
  proxy.resetAll();
  for (const key of touched) await writer.delete(key);
  await sleep(cutMs);
  const untouched = keys.filter((key) => !touched.has(key));
  return await lookAt(reader, proxy, touched, untouched);
}

async function lookAt(
  reader: Cache,
  proxy: FaultProxy,
  touched: ReadonlySet<string>,
  untouched: readonly string[],
): Promise<Measurement[]> {
  const { resets } = reader.stats();
  proxy.clear();
  const endedAt = performance.now();
  let connectedAt = Infinity;
  let stale = 0;
  let accepted = proxy.stats().accepted;
  let followsAt = Infinity;
  while (performance.now() < followsAt + WATCHED_MS) {
    const now = performance.now();
    const isFollowing = reader.stats().shared === 'used';
    // The connection of the log is the last one that is made before it is followed again.
    if (!isFollowing && proxy.stats().accepted > accepted) [accepted, connectedAt] = [proxy.stats().accepted, now];
    if (isFollowing) followsAt = Math.min(followsAt, now);
    if (now > connectedAt + MARGIN_MS && followsAt < Infinity)
      for (const key of touched) if (reader.get(key) !== undefined) stale++;
    await sleep(1);
  }
  if (reader.stats().resets !== resets) throw new Error('the log was lost, not cut');
  const kept = untouched.filter((key) => reader.get(key) === 'old').length;
  return [
    { goal: 'cache.shared.cut.stale', value: stale, spread: null },
    { goal: 'cache.shared.cut.kept', value: (100 * kept) / untouched.length, spread: null },
    { goal: 'cache.shared.cut.recovery', value: followsAt - endedAt, spread: null },
  ];
}

function open(stack: AsyncDisposableStack, url: string): Cache {
  const driver = stack.use(createNodeRedisDriver({ client: createClient({ url }) }));
  const codec = createValueCodec({ schemaVersion: 1 });
  const shared = createRedisTier({ driver, codec, maxStalenessMs: MAX_STALENESS_MS });
  return stack.use(createCache({ name: 'bench', maxEntries: 2 * HELD, ttlMs: 600_000, shared }));
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}
