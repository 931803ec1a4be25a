import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { CACHE_FAULTS, type CacheDrillTiming, type Moment, runCacheDrill } from './drills/index.ts';

/** A read asks Redis for 20 ms at most, and then the origin for one; the machine may be busy. */
const LONGEST_READ_MS = 1_500;
const LONGEST_RECOVERY_MS = 15_000;
/** Of one cache, over its three connections, each of which waits longer from one attempt to the next. */
const MOST_ATTEMPTS_PER_SECOND = 15;
/** Three connections cut five times a second come back as often. */
const CUT_ATTEMPTS_PER_SECOND = 30;

/** Does it, and holds every answer to what was promised. */
export async function judgeDrill(t: TestContext, id: string, moment: Moment, timing: CacheDrillTiming): Promise<void> {
  const fault = CACHE_FAULTS.find((each) => each.id === id);
  assert.ok(fault !== undefined, id);
  const figures = await runCacheDrill(fault, moment, timing);
  if (figures === undefined) return t.skip('no redis-server or valkey-server on the PATH');
  const { tally, recoveryMs, attemptsPerSecond, wrong } = figures;
  t.diagnostic(
    JSON.stringify({ ...figures, tally: { ...tally, stale: tally.stale.length, failed: tally.failed.length } }),
  );
  assert.deepEqual([tally.stale, tally.failed, wrong], [[], [], undefined]);
  assert.ok(tally.reads > 100, `${tally.reads} reads`);
  assert.ok(tally.worstReadMs < LONGEST_READ_MS, `a read took ${tally.worstReadMs} ms`);
  assert.ok(recoveryMs !== null && recoveryMs < LONGEST_RECOVERY_MS, `well again after ${recoveryMs} ms`);
  const most = id === 'cut' ? CUT_ATTEMPTS_PER_SECOND : MOST_ATTEMPTS_PER_SECOND;
  assert.ok(attemptsPerSecond < most, `${attemptsPerSecond} attempts to connect a second`);
}
