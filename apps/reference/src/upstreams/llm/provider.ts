/** The three providers. Each serves every model; what differs is how long it takes. */
export const PROVIDERS = ['fast', 'mid', 'slow'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Median time to the first byte, and between two deltas of about four tokens, in milliseconds. */
export const PACE_MS: Readonly<Record<ProviderName, { readonly firstByte: number; readonly delta: number }>> = {
  fast: { firstByte: 80, delta: 10 },
  mid: { firstByte: 250, delta: 20 },
  slow: { firstByte: 900, delta: 40 },
};
