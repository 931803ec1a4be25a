import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../core/index.ts';
import { createFakeClock } from '../../testing/index.ts';
import type { LogSource, LogState } from './log-source.ts';
import { type LogListener, PositionLog } from './position-log.ts';

const STATE: LogState = { epoch: 'e', position: 0, horizon: 0 };
const NOBODY: LogListener = { invalidated() {}, reset() {}, proven() {}, removeShared: async () => {} };

function follow(source: Partial<LogSource>): { log: PositionLog; clock: ReturnType<typeof createFakeClock> } {
  const clock = createFakeClock();
  const whole: LogSource = {
    waitMs: 250,
    valuesApart: false,
    open: async () => STATE,
    state: async () => STATE,
    session: () => 1,
    read: async () => ({ entries: [], more: false, position: 0, sameHistory: true }),
    tagsAfter: async () => [],
    append: async () => STATE,
    close: async () => {},
    ...source,
  };
  const pendingError = (): Error => new Error('pending');
  const bounds = { maxTags: 10, maxStalenessMs: 5_000, invalidateTimeoutMs: 1_000 };
  const log = new PositionLog({
    source: whole,
    listener: NOBODY,
    clock,
    random: createRandom(1),
    pendingError,
    ...bounds,
  });
  return { log, clock };
}

const REFUSALS: Readonly<Record<string, Partial<LogSource>>> = {
  'cannot be opened': { open: () => Promise.reject(new Error('NOAUTH')) },
  'opens and cannot be read': { read: () => Promise.reject(new Error('NOPERM')) },
  'is another at every read': {
    read: async () => ({ entries: [], more: false, position: 0, sameHistory: false }),
  },
};

for (const [what, source] of Object.entries(REFUSALS)) {
  test(`[CACHE-505] a log that ${what} is asked at most twice a second in the long run`, async () => {
    let opened = 0;
    const open = source.open ?? (async () => STATE);
    const { log, clock } = follow({
      ...source,
      open: () => {
        opened++;
        return open();
      },
    });
    await clock.advance(10_000); // The first few come sooner.
    const before = opened;
    await clock.advance(60_000);
    assert.ok(opened - before <= 120, `${opened - before} times in a minute`);
    assert.ok(opened - before >= 20, `${opened - before} times in a minute`);
    assert.equal(log.trusted, false);
    await log.close();
  });
}

test('[CACHE-505] a log that was read is opened again at once', async () => {
  let opened = 0;
  let reads = 0;
  const { log, clock } = follow({
    open: async () => {
      opened++;
      return STATE;
    },
    read: async () => {
      if (++reads % 2 === 0) throw new Error('lost');
      return { entries: [], more: false, position: 0, sameHistory: true };
    },
  });
  await clock.advance(1_000);
  assert.ok(opened >= 18, `${opened} times`);
  await log.close();
});
