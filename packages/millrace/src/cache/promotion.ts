import type { Clock, Random } from '../core/index.ts';
import type { EntryPlan } from './entry-options.ts';
import type { FoundValue } from './shared/index.ts';

/** A value to keep in memory. */
export interface Landed {
  readonly key: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly plan: EntryPlan;
  /** How much longer it counts, in milliseconds. */
  readonly ttlMs: number;
  /** When it ends by itself, by the wall clock, if that is known. */
  readonly expiresAtMs: number;
  readonly loadedAt: number;
  readonly position: number;
  readonly loadMs: number;
}

/** What {@link promoted} goes by. */
export interface PromotionContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly ttlJitter: number;
  /** When nothing was missing from the log last. */
  readonly provenAt: () => number;
}

/** What memory keeps of a value that another process stored: it never counts past the end that all agreed on. */
export function promoted(
  key: string,
  plan: EntryPlan,
  { found, askedAt }: { readonly found: FoundValue; readonly askedAt: number },
  { clock, random, ttlJitter, provenAt }: PromotionContext,
): Landed {
  const { value, tags, place, loadMs } = found;
  const leftMs = found.ttlMs - found.ageMs - (clock.now() - askedAt);
  const ttlMs = Math.max(0, leftMs * (1 - ttlJitter * random.next()));
  return {
    key,
    value,
    tags,
    plan,
    ttlMs,
    expiresAtMs: Infinity,
    loadedAt: Math.min(askedAt, provenAt()),
    position: place.position,
    loadMs,
  };
}
