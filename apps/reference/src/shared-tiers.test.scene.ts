import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { testRedis } from '@millrace/scripts/services';
import type { Service } from './service.ts';

/** What a service needs to share its caches in the Redis of the tests, with nobody else; undefined when there is none. */
export async function sharedEnvironment(): Promise<{ REDIS_URL: string; CACHE_NAMESPACE: string } | undefined> {
  const url = await testRedis();
  return url === undefined ? undefined : { REDIS_URL: url, CACHE_NAMESPACE: `test-${randomBytes(6).toString('hex')}` };
}

/** Waits until something is so, for five seconds at most. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    assert.ok(tries < 500, 'it never came about');
    await sleep(10);
  }
}

/** The figures of the shared caches, by cache. */
export function sharedCaches(metrics: string, name = 'cache_shared'): Map<string, number> {
  const lines = metrics.matchAll(new RegExp(`^${name}\\{cache="([^"]+)"\\} (\\d+)$`, 'gm'));
  return new Map([...lines].map(([, cache = '', value]) => [cache, Number(value)]));
}

/** Whether every shared cache of a service shares at this moment. */
export async function allShare({ app }: Service): Promise<boolean> {
  const states = [...sharedCaches((await app.inject('/metrics')).body).values()];
  return states.length > 0 && states.every((state) => state === 1);
}
