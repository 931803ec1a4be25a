import type { Clock } from 'millrace/core';
import { defineExemptions } from 'millrace/ratelimit';
import type { Origin } from '../ports/index.ts';

const DAY_MS = 86_400_000;
/** A load test sends one text with every request; what was found of it counts for so long. */
const REMEMBERED_MS = 1_000;

/**
 * Whether a request is exempt from the limiter of a name.
 * @param key what exemptions are signed with; undefined: nobody is exempt
 */
export function createExemptionCheck(
  key: string | undefined,
  clock: Clock,
): (from: Origin, limiter: string) => boolean {
  if (key === undefined) return () => false;
  const exemptions = defineExemptions({ keys: [key], maxLifeMs: DAY_MS, clock });
  const found = new Map<string, { readonly text: string; readonly until: number }>();
  return ({ exemption: text }, limiter) => {
    if (text === undefined) return false;
    const last = found.get(limiter);
    if (last?.text === text && clock.now() < last.until) return true;
    const { exempt } = exemptions.judge(text, limiter);
    if (exempt) found.set(limiter, { text, until: clock.now() + REMEMBERED_MS });
    return exempt;
  };
}
