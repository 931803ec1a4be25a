import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for what comes about by itself, at most `ms`. */
export async function until(what: string, ms: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `not within ${ms} ms: ${what}`);
    await sleep(20);
  }
}
