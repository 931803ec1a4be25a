import type { PhaseSpec, Tier } from '@millrace/load/prove';

/** How long each part of a round sends, in milliseconds. */
export interface Durations {
  readonly warmUp: number;
  readonly mix: number;
  readonly burst: number;
  readonly portal: number;
  readonly tokens: number;
  readonly freshness: number;
  /** Of each other phase. */
  readonly other: number;
}

/** What both short tiers have alike. */
const SHORT = { warmUp: 1_000, freshness: 1_500, other: 5_000 };

export const DURATIONS: Readonly<Record<Tier, Durations>> = {
  // Six seconds of the mix are a P95 of two rounds, three of the portal one of each page.
  quick: { ...SHORT, mix: 6_000, burst: 2_000, portal: 3_000, tokens: 3_000 },
  // With a third round the mix may be shorter; the portal runs in each, long enough for a P95 of each page.
  main: { ...SHORT, mix: 4_500, burst: 2_500, portal: 2_750, tokens: 3_000 },
  full: {
    ...{ warmUp: 30_000, mix: 30_000, burst: 5_000, portal: 10_000, tokens: 20_000 },
    ...{ freshness: 10_000, other: 10_000 },
  },
};

/** A phase that costs too much to run in each round of a short tier. */
export function onceAnArm(tier: Tier, block: 'first-block' | 'last-block'): PhaseSpec['rounds'] {
  return tier === 'full' ? 'each' : block;
}

export const constant = (ratePerSecond: number, durationMs: number) =>
  ({ kind: 'constant', ratePerSecond, durationMs }) as const;
