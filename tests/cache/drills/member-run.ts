import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { createCache, createRedisTier, createValueCodec, type LogSource, type SharedTier } from 'millrace/cache';
import { createNodeRedisDriver } from 'millrace/redis';
import type { FromMember, MemberOptions, OrderName, Orders, ToMember } from './member.ts';

/* The process of a `Member`. */

const PACE_MS = 10;

const { url, cache: own, tier } = JSON.parse(process.argv[2] ?? '') as MemberOptions;
const driver = createNodeRedisDriver({ client: createClient({ url }) });
const redis = createRedisTier({ driver, codec: createValueCodec({ schemaVersion: 1 }), ...tier });
const heardAt = new Map<string, number>();
const cache = createCache({ ttlMs: 60_000, ttlJitter: 0, ...own, shared: listening(redis) });
const loads = new Map<number, PromiseWithResolvers<unknown>>();
let count = 0;

/** Milliseconds by the one clock that all processes of a machine share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Notes when an entry comes; it counts in the same turn. */
function listening(plain: SharedTier): SharedTier {
  return {
    ...plain,
    open(needs) {
      const { store, log } = plain.open(needs);
      const read: LogSource['read'] = async (position) => {
        const answer = await log.read(position);
        for (const { entry, own: isOwn } of answer.entries) {
          if (entry.kind === 'key' && !isOwn) heardAt.set(entry.name, now());
        }
        return answer;
      };
      const { waitMs, valuesApart } = log;
      const listened: LogSource = {
        ...{ waitMs, valuesApart, read },
        open: () => log.open(),
        state: () => log.state(),
        session: () => log.session(),
        tagsAfter: (position, limit) => log.tagsAfter(position, limit),
        append: (entries) => log.append(entries),
        close: () => log.close(),
      };
      return { store, log: listened };
    },
  };
}

function say(message: FromMember): void {
  process.send?.(message);
}

/** Asks the one who started this process. */
function loadOf(key: string): () => Promise<unknown> {
  return () => {
    const load = ++count;
    const asked = Promise.withResolvers<unknown>();
    loads.set(load, asked);
    say({ load, key });
    return asked.promise;
  };
}

type Carry = { readonly [Name in OrderName]: (given: Orders[Name]['given']) => Promise<Orders[Name]['answer']> };

const CARRY: Carry = {
  read: async ({ key, tags }) => cache.getOrSet(key, loadOf(key), tags && { tags }),
  async delete({ key }) {
    await cache.delete(key);
    return null;
  },
  async burst({ key, callers }) {
    const read = async (): Promise<string> => String(await cache.getOrSet(key, loadOf(key)));
    return Promise.all(Array.from({ length: callers }, () => read().catch(String)));
  },
  async hammer({ key, perSecond, forMs }) {
    let [asked, waited] = [0, 0];
    const began = now();
    for (let passedMs = 0; passedMs < forMs; passedMs = now() - began) {
      while (asked < (passedMs * perSecond) / 1_000) {
        asked++;
        const answer = cache.getOrSet(key, loadOf(key));
        if (!(answer instanceof Promise)) continue;
        waited++;
        answer.catch(() => {});
      }
      await sleep(PACE_MS);
    }
    return { asked, waited };
  },
  async flood({ prefix, count: most, perSecond }) {
    const askedAt: number[] = [];
    const told: Promise<void>[] = [];
    const began = now();
    while (askedAt.length < most) {
      const due = Math.min(most, Math.ceil(((now() - began) * perSecond) / 1_000));
      while (askedAt.length < due) {
        const key = `${prefix}${askedAt.length}`;
        askedAt.push(now());
        told.push(cache.delete(key));
      }
      await sleep(1);
    }
    const settled = await Promise.allSettled(told);
    return { askedAt, pending: settled.filter(({ status }) => status === 'rejected').length };
  },
  heard: async ({ prefix, count: most }) =>
    Array.from({ length: most }, (_, index) => heardAt.get(`${prefix}${index}`) ?? null),
  async follow() {
    while (cache.stats().shared !== 'used') await sleep(5);
    return cache.stats();
  },
};

process.on('message', (message: ToMember) => {
  if ('origin' in message) {
    const { origin, value, failed } = message;
    if (failed === undefined) loads.get(origin)?.resolve(value);
    else loads.get(origin)?.reject(new Error(failed));
    loads.delete(origin);
    return;
  }
  const { id, order, given } = message;
  CARRY[order](given as never).then(
    (answer) => say({ id, answer }),
    (error: unknown) => say({ id, error: String(error) }),
  );
});
