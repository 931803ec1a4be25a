import type { RateDecision } from './rate-decision.ts';
import type { RateKey } from './rate-key.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { SharedRateDecision, SharedRateLimiter } from './shared-rate-limiter.ts';

/** One of the limits that a request has to pass together with others. */
export interface RateAsk<Limiter> {
  readonly limiter: Limiter;
  readonly key: RateKey;
  /** Whole units from 0 up; default 1. */
  readonly cost?: number;
}

/** What several limiters say of one request. */
export interface JointDecision<Decision extends RateDecision = RateDecision> {
  /** Whether all of them let it pass. When not, none has counted it. */
  readonly allowed: boolean;
  /** What each said, in the order of the questions. */
  readonly decisions: readonly Decision[];
}

/**
 * Asks several limiters in memory about one request, each by its own key: all of them count it, or none does.
 * @throws what `check` of any of them throws
 * @example
 * const { allowed, decisions } = checkTogether([
 *   { limiter: perUser, key: ['user', userId] },
 *   { limiter: perNetwork, key: ['network', network.of(address)] },
 * ]);
 */
export function checkTogether(asks: readonly RateAsk<RateLimiter>[]): JointDecision {
  const seen = asks.map(({ limiter, key, cost }) => limiter.peek(key, cost));
  if (seen.every(({ allowed }) => allowed)) {
    const decisions = asks.map(({ limiter, key, cost }) => limiter.check(key, cost));
    if (decisions.every(({ allowed }) => allowed)) return { allowed: true, decisions };
    // Two questions about one key: each fits alone.
    for (const [at, decision] of decisions.entries()) {
      if (decision.allowed) asks[at]!.limiter.refund(asks[at]!.key, decision);
    }
    return { allowed: false, decisions };
  }
  // A denial is told, and counts for a ban, where it was made.
  const decisions = asks.map(({ limiter, key, cost }, at) =>
    seen[at]!.allowed ? seen[at]! : limiter.check(key, cost),
  );
  return { allowed: false, decisions };
}

/**
 * Asks several limiters that count in Redis about one request, in one round trip, wherever their keys lie in a Cluster. When one
 * denies, what the others counted is given back at once; until then it may make others wait, and never lets more through.
 * Rejects with what `check` of any of them rejects with.
 * @example
 * const { allowed, decisions } = await checkSharedTogether([
 *   { limiter: perUser, key: ['user', userId] },
 *   { limiter: perNetwork, key: ['network', network.of(address)] },
 * ]);
 */
export async function checkSharedTogether(
  asks: readonly RateAsk<SharedRateLimiter>[],
): Promise<JointDecision<SharedRateDecision>> {
  const answers = await Promise.allSettled(asks.map(({ limiter, key, cost }) => limiter.check(key, cost)));
  const allowed = answers.every((answer) => answer.status === 'fulfilled' && answer.value.allowed);
  if (!allowed) await Promise.all(answers.map((answer, at) => giveBack(asks[at]!, answer)));
  const decisions = answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
  return { allowed, decisions };
}

async function giveBack(
  { limiter, key }: RateAsk<SharedRateLimiter>,
  answer: PromiseSettledResult<SharedRateDecision>,
): Promise<void> {
  if (answer.status === 'fulfilled' && answer.value.allowed) await limiter.refund(key, answer.value);
}
