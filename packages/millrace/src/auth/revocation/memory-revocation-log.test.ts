import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, revocationLogSuite } from '../../testing/index.ts';
import { createMemoryRevocationLog } from './memory-revocation-log.ts';

revocationLogSuite({
  name: '[AUTH-101] in memory',
  async open() {
    const log = createMemoryRevocationLog();
    return { logs: [log, log] };
  },
});

test('[AUTH-101] a log in memory tells who listens, until they stop', async () => {
  const clock = createFakeClock();
  const log = createMemoryRevocationLog({ clock });
  const heard: unknown[] = [];
  const feed = log.listen({
    listening: () => heard.push('listening'),
    lost: () => heard.push('lost'),
    appended: (position) => heard.push(position),
  });
  await log.append({ kind: 'key', keyId: 'k', untilMs: clock.wallNow() });
  await feed.close();
  await log.append({ kind: 'key', keyId: 'k', untilMs: clock.wallNow() });
  assert.deepEqual(heard, ['listening', 1]);
  await clock.advance(1_001);
  assert.equal(await log.prune(1_000), 2);
});
