import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisDriver } from 'millrace/redis';

/** What a command may end with while servers come and go. */
const ALLOWED: ReadonlySet<string> = new Set([
  'MILLRACE_REDIS_LOST',
  'MILLRACE_REDIS_NOT_READY',
  'MILLRACE_REDIS_REFUSED',
  'MILLRACE_REDIS_TIMEOUT',
]);
const COMMAND_MS = 500;
const PACE_MS = 10;

/** What came of the commands so far. */
export interface Tally {
  answered: number;
  readonly failed: Map<string, number>;
  /** The longest that any of them took, in milliseconds. */
  longestMs: number;
}

/** Asks for `keys` in turn, all the time, whatever comes of it. */
export function startTraffic(driver: RedisDriver, keys: readonly string[]): { tally: Tally; stop(): Promise<void> } {
  const tally: Tally = { answered: 0, failed: new Map(), longestMs: 0 };
  const running = new Set<Promise<void>>();
  let stopped = false;
  const ask = async (key: string): Promise<void> => {
    const begun = performance.now();
    await driver.set(key, Buffer.from(key), 60_000, { timeoutMs: COMMAND_MS }).then(
      () => tally.answered++,
      ({ code }: { code?: string }) => tally.failed.set(String(code), (tally.failed.get(String(code)) ?? 0) + 1),
    );
    tally.longestMs = Math.max(tally.longestMs, performance.now() - begun);
  };
  const loop = (async () => {
    for (let count = 0; !stopped; count++) {
      const asked = ask(keys[count % keys.length] ?? '');
      running.add(asked);
      void asked.finally(() => running.delete(asked));
      await sleep(PACE_MS);
    }
  })();
  const stop = async (): Promise<void> => {
    stopped = true;
    await loop;
    await Promise.all(running);
  };
  return { tally, stop };
}

/** Every command ended in time, by an answer or with a code that says what happened. */
export function assertSettled({ failed, longestMs }: Tally): void {
  const odd = [...failed.keys()].filter((code) => !ALLOWED.has(code));
  assert.deepEqual(odd, []);
  // A machine under load may be late by itself.
  assert.ok(longestMs < COMMAND_MS * 3, `a command took ${longestMs} ms`);
}

/** Waits for something that takes its time. */
export async function until(what: string, ms: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `not within ${ms} ms: ${what}`);
    await sleep(50);
  }
}

/** Whether a message that is published now arrives. */
export async function isHeard(driver: RedisDriver, channel: string, heard: Set<string>): Promise<boolean> {
  const message = `${performance.now()}`;
  await driver.command(channel, ['PUBLISH', channel, message], { timeoutMs: COMMAND_MS }).catch(() => {});
  for (let tries = 0; tries < 10 && !heard.has(message); tries++) await sleep(20);
  return heard.has(message);
}

/** Whether each of `keys` is answered. */
export async function areAnswered(driver: RedisDriver, keys: readonly string[]): Promise<boolean> {
  const asked = await Promise.allSettled(keys.map((key) => driver.get(key, { timeoutMs: COMMAND_MS })));
  return asked.every(({ status }) => status === 'fulfilled');
}
