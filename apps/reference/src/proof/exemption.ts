import { defineExemptions } from 'millrace/ratelimit';

const DAY_MS = 86_400_000;
/** Less than a service accepts, so that a clock that is a little behind does not count. */
const LIFE_MS = DAY_MS / 2;

/** Lifts all limits of a service that has the key, for half a day. */
export function signExemption(key: string, purpose: string): string {
  return defineExemptions({ keys: [key], maxLifeMs: DAY_MS }).issue(purpose, { lifeMs: LIFE_MS });
}
