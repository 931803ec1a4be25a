import type { Clock } from '../core/index.ts';

/** A larger step back is taken as the mending of a clock that was wrong. */
const MAX_STEP_BACK_MS = 600_000;

/**
 * Wall time for judging `exp`. It follows the wall clock forward, but when that steps back by up to ten minutes it
 * goes on with monotonic time, so that no expired token comes back to life. A larger step back is followed: it is a
 * machine that started with a wrong clock, and holding on to that would refuse good tokens until the next restart.
 * Who has read the monotonic time just now hands it on.
 */
export function createExpiryClock(clock: Clock): (now?: number) => number {
  let wallAt = clock.wallNow();
  let monotonicAt = clock.now();
  return (now = clock.now()) => {
    const wall = clock.wallNow();
    const expected = wallAt + (now - monotonicAt);
    if (wall < expected && expected - wall <= MAX_STEP_BACK_MS) return expected;
    wallAt = wall;
    monotonicAt = now;
    return wall;
  };
}
