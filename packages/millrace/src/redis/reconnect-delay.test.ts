import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import { createIoredisDriver, createNodeRedisDriver, type RedisDriver } from './index.ts';

const DRIVERS: Readonly<Record<string, (url: string) => RedisDriver>> = {
  'node-redis': (url) => createNodeRedisDriver({ client: createClient({ url }) }),
  ioredis: (url) => createIoredisDriver({ client: new Redis(url, { lazyConnect: true }) }),
};
const OPEN_MS = 2_300;

suite('where every connection is refused', { concurrency: true }, () => {
  for (const [name, make] of Object.entries(DRIVERS)) {
    test(`[REDIS-19] ${name} tries at once, and then no more than once a second`, async (t) => {
      const attempts: number[] = [];
      const server = createServer((socket) => {
        attempts.push(performance.now());
        socket.destroy();
      });
      t.after(() => server.close());
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as { port: number };
      const driver = make(`redis://127.0.0.1:${port}`);
      t.after(() => driver.close());
      await sleep(OPEN_MS);
      const [first = 0, second = Number.POSITIVE_INFINITY, ...later] = attempts;
      assert.ok(second - first < 500, `the second came after ${second - first} ms`);
      assert.ok(later.length >= 1 && later.length <= 2, `${later.length} later attempts`);
      for (const [index, at] of later.entries()) assert.ok(at - ([second, ...later][index] as number) >= 990);
    });
  }
});
