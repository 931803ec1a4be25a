import { setTimeout as sleep } from 'node:timers/promises';
import { startOwnRedis } from '@millrace/scripts/services';
import { createClient } from '@redis/client';
import { type Cache, createCache, createRedisTier, createValueCodec } from 'millrace/cache';
import { createNodeRedisDriver } from 'millrace/redis';
import { createFaultProxy, type FaultProxy } from 'millrace/testing';
import { pidOf, tell } from './admin.ts';
import type { CacheFault, Victim } from './fault-specs.ts';
import { Storm, type StormTally } from './storm.ts';

/** When a fault begins: before the caches are made, while nobody asks them, or under load. */
export const MOMENTS = ['start', 'idle', 'load'] as const;
export type Moment = (typeof MOMENTS)[number];

/** How long the parts of a drill last, in milliseconds. */
export interface CacheDrillTiming {
  readonly beforeMs: number;
  readonly faultMs: number;
  readonly afterMs: number;
}

/** What a drill has shown. */
export interface CacheDrillFigures {
  readonly tally: StormTally;
  /** From the end of the fault until both caches use Redis, and every invalidation was delivered; null: not in time. */
  readonly recoveryMs: number | null;
  /** Attempts to connect during the fault, a second and cache. */
  readonly attemptsPerSecond: number;
  /** What was wrong once all was well again. */
  readonly wrong: string | undefined;
}

const CACHES = 2;
const NAME = 'drill';
/** Of the caches: what is promised while the log is away. */
const MAX_STALENESS_MS = 5_000;
const LONGEST_RECOVERY_MS = 30_000;
const LOOK_MS = 5;

/** Does one thing to a Redis of its own, at one moment, and judges every answer. Undefined where no server is installed. */
export async function runCacheDrill(
  fault: CacheFault,
  moment: Moment,
  timing: CacheDrillTiming,
): Promise<CacheDrillFigures | undefined> {
  const server = await startOwnRedis();
  if (server === undefined) return undefined;
  await using stack = new AsyncDisposableStack();
  stack.use(server);
  const proxy = stack.use(await createFaultProxy({ target: { host: '127.0.0.1', port: server.port } }));
  const say = (...words: readonly string[]): Promise<unknown> => tell(server.url, ...words);
  const victim: Victim = { server, proxy, pid: await pidOf(server.url), name: NAME, tell: say };
  let caches: readonly Cache[] = [];
  const make = (): void => {
    caches = Array.from({ length: CACHES }, () => openCache(stack, server.url, proxy));
  };
  if (moment !== 'start') {
    make();
    await until(() => areWell(caches));
  }
  const storm = (): Storm => {
    const made = new Storm(caches, MAX_STALENESS_MS);
    stack.defer(() => made.stop());
    return made;
  };
  if (moment === 'load') return await throughLoad(storm(), caches, fault, victim, timing);
  return await throughCalm(
    () => {
      if (caches.length === 0) make();
      return storm();
    },
    () => caches,
    fault,
    victim,
    timing,
  );
}

/** The load goes on from before the fault until after it. */
async function throughLoad(
  storm: Storm,
  caches: readonly Cache[],
  fault: CacheFault,
  victim: Victim,
  { beforeMs, faultMs, afterMs }: CacheDrillTiming,
): Promise<CacheDrillFigures> {
  storm.start();
  await sleep(beforeMs);
  const before = attemptsOf(victim);
  await fault.begin(victim);
  await sleep(faultMs);
  const attempts = attemptsOf(victim) - before;
  await fault.end(victim);
  return conclude(storm, caches, attempts / (faultMs / 1_000), afterMs);
}

/** The load begins in the middle of the fault. */
async function throughCalm(
  begin: () => Storm,
  caches: () => readonly Cache[],
  fault: CacheFault,
  victim: Victim,
  { faultMs, afterMs }: CacheDrillTiming,
): Promise<CacheDrillFigures> {
  const calmMs = caches().length > 0 ? faultMs / 2 : 0;
  const before = attemptsOf(victim);
  await fault.begin(victim);
  await sleep(calmMs);
  const storm = begin();
  storm.start();
  await sleep(faultMs - calmMs);
  const attempts = attemptsOf(victim) - before;
  await fault.end(victim);
  return conclude(storm, caches(), attempts / (faultMs / 1_000), afterMs);
}

/** Connections that were tried so far. */
function attemptsOf({ proxy }: Victim): number {
  const { accepted, refused } = proxy.stats();
  return accepted + refused;
}

async function conclude(
  storm: Storm,
  caches: readonly Cache[],
  attempts: number,
  afterMs: number,
): Promise<CacheDrillFigures> {
  const ended = performance.now();
  const isWell = await until(() => areWell(caches));
  const recoveryMs = isWell ? performance.now() - ended : null;
  await sleep(afterMs);
  await storm.stop();
  await until(() => caches.every((cache) => cache.stats().pending === 0));
  await sleep(100); // Far more than the last entry takes to be heard.
  const wrong = await storm.check().then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { tally: storm.tally, recoveryMs, attemptsPerSecond: attempts / CACHES, wrong };
}

function areWell(caches: readonly Cache[]): boolean {
  return caches.every((cache) => {
    const { shared, pending } = cache.stats();
    return shared === 'used' && pending < 5; // Under load there is always one on its way.
  });
}

async function until(isSo: () => boolean): Promise<boolean> {
  const end = performance.now() + LONGEST_RECOVERY_MS;
  while (!isSo()) {
    if (performance.now() > end) return false;
    await sleep(LOOK_MS);
  }
  return true;
}

function openCache(stack: AsyncDisposableStack, url: string, proxy: FaultProxy): Cache {
  const through = new URL(url);
  through.port = String(proxy.port);
  const driver = stack.use(createNodeRedisDriver({ client: createClient({ url: through.href }) }));
  const shared = createRedisTier({
    driver,
    codec: createValueCodec({ schemaVersion: 1 }),
    maxStalenessMs: MAX_STALENESS_MS,
  });
  return stack.use(createCache({ name: NAME, ttlMs: 60_000, ttlJitter: 0, shared }));
}
