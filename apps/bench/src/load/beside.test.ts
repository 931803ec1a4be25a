import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureBeside, starved } from './beside.ts';

test('[BENCH-10] rounds take turns, and each is judged by its own peer', async () => {
  const order: string[] = [];
  const own = [100, 300, 900];
  const peers = [100, 100, 300];
  const run = (client: string, requests: number[]) => () => {
    order.push(client);
    return Promise.resolve({ requests: requests.shift() ?? 0, cpuSeconds: 0.5 });
  };
  const peer = { name: 'peer', version: '1.0.0', run: run('peer', peers) };
  assert.deepEqual(await measureBeside('load.a', 3, run('own', own), peer), {
    ...{ goal: 'load.a', value: 3, spread: [1, 3] },
    peer: { name: 'peer', version: '1.0.0', value: 200 },
  });
  assert.deepEqual(order, ['own', 'peer', 'peer', 'own', 'own', 'peer']);
});

test('[BENCH-5] a price says so when a client had to wait for a core', () => {
  const run = (waitedShare?: number) => ({
    requests: 1,
    cpuSeconds: 1,
    ...(waitedShare !== undefined && { waitedShare }),
  });
  assert.deepEqual(starved([run(), run(0.2)]), {});
  assert.deepEqual(starved([run(0.05), run(0.314), run()]), {
    invalid: 'a client waited for a core 31 % of its time (bound 20 %)',
  });
});
