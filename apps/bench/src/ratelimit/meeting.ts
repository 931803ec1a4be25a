import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisDriver } from 'millrace/redis';

/** Ends when `count` processes have come to this place. */
export async function meet(driver: RedisDriver, place: string, count: number): Promise<void> {
  await driver.command(place, ['INCR', place]);
  while (Number(await driver.get(place)) < count) await sleep(1);
}
