import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { testRedis } from '@millrace/scripts/services';
import { createFaultProxy } from 'millrace/testing';
import { STANDALONE } from './drivers.ts';

const url = await testRedis();
const DRIVERS = 40;

suite('closing', { skip: url === undefined && 'no Redis' }, () => {
  for (const [client, open] of Object.entries(STANDALONE)) {
    test(`[REDIS-14] ${client}: closed while its connection is being made, a driver leaves none`, async (t) => {
      const { hostname, port, href } = new URL(url ?? '');
      const proxy = await createFaultProxy({ target: { host: hostname, port: Number(port) } });
      t.after(() => proxy.close());
      const behind = new URL(href);
      behind.port = String(proxy.port);
      for (let turns = 0; turns < DRIVERS; turns++) {
        const driver = open(behind.href);
        for (let left = turns % 8; left > 0; left--) await turn();
        await driver.close();
      }
      for (let tries = 0; proxy.connections > 0 && tries < 100; tries++) await sleep(20);
      assert.equal(proxy.connections, 0);
    });
  }
});
