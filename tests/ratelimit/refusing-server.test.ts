import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { startOwnRedis } from '@millrace/scripts/services';
import { createSharedRateLimiter } from 'millrace/ratelimit';
import { tell } from '../cache/drills/admin.ts';
import { STANDALONE } from '../redis/drivers.ts';
import { judgeRefusal } from './refusing-server.ts';

const server = await startOwnRedis();
const options = { skip: server === undefined && 'no redis-server or valkey-server on the PATH' };

for (const [client, driverOf] of Object.entries(STANDALONE)) {
  test(
    `[RATE-171] a server that forgot the script goes on counting, one that forgot the counts begins anew once (${client})`,
    options,
    async (t) => {
      const driver = driverOf(server!.url);
      t.after(() => driver.close());
      await driver.connected({ timeoutMs: 5_000 });
      const name = `test-${randomBytes(6).toString('hex')}`;
      const open = () =>
        createSharedRateLimiter({
          name,
          driver,
          timeoutMs: 5_000,
          rules: [{ name: 'r', limit: 10, windowMs: 600_000 }],
        });
      const passed = async (count: number, limiter = open()): Promise<number> => {
        const decisions = await Promise.all(Array.from({ length: count }, () => limiter.check('k')));
        for (const { by } of decisions) assert.equal(by, 'redis');
        return decisions.filter(({ allowed }) => allowed).length;
      };
      assert.equal(await passed(4), 4);
      await tell(server!.url, 'SCRIPT', 'FLUSH');
      assert.equal(await passed(20), 6);
      await tell(server!.url, 'FLUSHALL');
      await tell(server!.url, 'SCRIPT', 'FLUSH');
      assert.equal(await passed(20), 10);
      assert.equal(await passed(20), 0);
    },
  );
}

test('[RATE-171, AUTH-143] a server without memory costs speed, and what each rule says', options, (t) =>
  judgeRefusal(t, server!, {
    what: 'OOM',
    begin: (line) => line.say('CONFIG', 'SET', 'maxmemory', '1'),
    end: (line) => line.say('CONFIG', 'SET', 'maxmemory', '0'),
  }),
);
