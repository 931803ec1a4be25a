import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../core/index.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import {
  createConcurrencyLimiter,
  createLeasedRateLimiter,
  createLoadShedder,
  createRateLimiter,
  createSharedRateLimiter,
  defineExemptions,
} from './index.ts';
import { CountingRedis } from './leases/counting-redis.test.double.ts';
import { FakeRedis } from './shared/fake-redis.test.double.ts';

const HOUR_MS = 3_600_000;
const RULES = [
  { name: 'r', limit: 100, windowMs: 10_000 },
  { name: 'log', limit: 50, windowMs: 10_000, algorithm: 'exact-log' },
  { name: 'seen', limit: 1, windowMs: 10_000, shadow: true },
] as const;

/** A clock whose wall time nobody may ask for. */
function withoutWall(clock: FakeClock): Clock {
  return {
    now: () => clock.now(),
    wallNow: () => assert.fail('the wall clock was asked'),
    schedule: (ms, call) => clock.schedule(ms, call),
  };
}

test('[RATE-10] no limiter asks the wall clock: not for limits, denials, bans, leases, shares or waits', async () => {
  const time = createFakeClock();
  const clock = withoutWall(time);
  const policy = { autoBan: { afterDenials: 2, withinMs: 10_000, forMs: 10_000 }, heavyHitters: {} };
  const memory = createRateLimiter({ rules: RULES, clock, ...policy });
  const redis = new FakeRedis();
  const shared = createSharedRateLimiter({ name: 'api', driver: redis.driver, rules: RULES, clock, ...policy });
  const leased = createLeasedRateLimiter({ driver: new CountingRedis(clock).driver, rules: RULES.slice(0, 1), clock });
  const slots = createConcurrencyLimiter({ name: 'c', limit: 1, maxWaiting: 1, maxWaitMs: 100, clock });
  const shedder = createLoadShedder({ clock });
  for (const answer of [[1, 0, 9, 16_000, 7], [1, 160_000, 0, 160_000, 7], undefined] as const) {
    redis.answer = async () => answer ?? Promise.reject(new Error('away'));
    for (let each = 0; each < 120; each++) {
      const decision = await shared.check('k');
      if (each % 40 === 0) await shared.refund('k', decision);
      memory.settle('k', memory.check('k'), 2);
      await leased.check('k');
      shedder.admit('low', 1);
    }
    await time.advance(5_000);
  }
  const held = slots.acquire('k');
  const waiting = slots.wait('k');
  await time.advance(100);
  assert.equal((await waiting).allowed, false);
  held.release();
  for (const limiter of [memory, shared, slots]) limiter.close();
  await leased.close();
});

test('[RATE-106, RATE-108] after a step of an hour either way an exemption counts for no longer than it was made for, and what had passed', async () => {
  for (const stepMs of [HOUR_MS, -HOUR_MS]) {
    for (const lifeMs of [600_000, HOUR_MS]) {
      const clock = createFakeClock();
      const exemptions = defineExemptions({ keys: ['k'.repeat(32)], maxLifeMs: HOUR_MS, clock });
      const text = exemptions.issue('run', { lifeMs });
      let minutes = 0;
      for (let minute = 0; minute < 200; minute++) {
        if (minute === 5) clock.jumpWall(stepMs);
        if (minute === 90) clock.jumpWall(-stepMs);
        if (exemptions.judge(text, 'api').exempt) minutes++;
        await clock.advance(60_000);
      }
      assert.ok(minutes >= 5 && minutes * 60_000 <= lifeMs + 5 * 60_000, `${minutes} minutes of ${lifeMs} ms`);
    }
  }
});
