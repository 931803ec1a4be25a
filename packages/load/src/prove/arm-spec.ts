import type { LocalText } from './local-text.ts';

/** How much time a proof takes: about a minute, three minutes, or as long as the whole protocol needs. */
export type Tier = 'quick' | 'main' | 'full';

/** The tiers, shortest first. */
export const TIERS: readonly Tier[] = ['quick', 'main', 'full'];

/** One side of the comparison. */
export interface ArmSpec {
  /** Stable. */
  readonly id: string;
  /** Shown. */
  readonly label: string;
  /** Which tiers measure it; default: all. */
  readonly tiers?: readonly Tier[];
  /** Why it cannot be measured on this machine; then it is skipped with that reason in every tier. */
  readonly unavailable?: LocalText;
}
