import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idleServer } from './route.ts';

test('[BENCH-27] requests a second of a server that waited for its load are no figure', () => {
  const runs = [0.97, 0.9].map((busy) => ({ perSecond: 10_000, cpuUs: 90, busy }));
  assert.deepEqual(idleServer(runs), {});
  const idle = idleServer([...runs, { perSecond: 10_000, cpuUs: 60, busy: 0.6 }]);
  assert.equal(idle.invalid, 'a server was busy only 60 % of the time (bound 85 %)');
});
