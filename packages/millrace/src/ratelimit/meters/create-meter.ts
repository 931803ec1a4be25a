import type { FullRateRule } from '../rate-rule.ts';
import { TICKS_PER_MS } from '../ticks.ts';
import { ExactLog } from './exact-log.ts';
import { FixedWindow } from './fixed-window.ts';
import { Gcra } from './gcra.ts';
import type { Meter } from './meter.ts';
import { SlidingCounter } from './sliding-counter.ts';

/** The meter that keeps a rule. */
export function createMeter({ algorithm, limit, windowMs, burst }: FullRateRule): Meter {
  const window = windowMs * TICKS_PER_MS;
  if (algorithm === 'sliding-counter') return new SlidingCounter(limit, window);
  if (algorithm === 'exact-log') return new ExactLog(limit, window);
  if (algorithm === 'fixed-window') return new FixedWindow(limit, window);
  return new Gcra(limit, windowMs, burst);
}
