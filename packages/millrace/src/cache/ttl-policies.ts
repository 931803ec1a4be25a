/** What is usually cached, by name. */
export type TtlPolicyName = 'default' | 'token' | 'user' | 'list' | 'stats' | 'trend' | 'config' | 'static' | 'llm';

/** How long something counts. */
export interface TtlPolicy {
  /** In milliseconds, before jitter. */
  readonly ttlMs: number;
  /** It stops counting so long before `expiresAtMs`, the end that it has by itself; in milliseconds. */
  readonly marginMs: number;
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const MARGIN_MS = 300 * SECOND_MS;

/** The policies that an entry, a namespace or a cache may name in place of a number. All are jittered by `ttlJitter`. */
export const TTL_POLICIES: Readonly<Record<TtlPolicyName, TtlPolicy>> = Object.freeze({
  default: lasting(60 * SECOND_MS),
  /** Checked tokens: a day less the margin, and never up to the end of the token itself. */
  token: { ttlMs: 24 * HOUR_MS - MARGIN_MS, marginMs: MARGIN_MS },
  user: lasting(300 * SECOND_MS),
  list: lasting(180 * SECOND_MS),
  stats: lasting(60 * SECOND_MS),
  trend: lasting(300 * SECOND_MS),
  config: lasting(1_800 * SECOND_MS),
  static: lasting(HOUR_MS),
  /** Answers of language models. */
  llm: lasting(HOUR_MS),
});

export const TTL_POLICY_NAMES: readonly TtlPolicyName[] = Object.keys(TTL_POLICIES) as TtlPolicyName[];

function lasting(ttlMs: number): TtlPolicy {
  return { ttlMs, marginMs: 0 };
}
