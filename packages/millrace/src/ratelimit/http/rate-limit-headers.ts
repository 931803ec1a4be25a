import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import { refuseOption } from '../option-check.ts';
import type { RateDecision } from '../rate-decision.ts';
import type { FullRateRule } from '../rate-rule.ts';

/** What {@link rateLimitHeaders} takes beside a decision. */
export interface RateLimitHeaderOptions {
  /** All rules of the limiter (`limiter.rules`), which clients are then told; default: the decision's own. */
  readonly rules?: readonly FullRateRule[];
  /**
   * `draft` (default): `RateLimit-Policy` and `RateLimit`. `legacy`: `X-RateLimit-Limit`, `-Remaining` and `-Reset`, the last
   * in seconds from now. `both`: all of them.
   */
  readonly style?: 'draft' | 'legacy' | 'both';
}

/** A header's name, in lower case, and its value. */
export type HttpHeader = readonly [name: string, value: string];

const OPTIONS: OptionNames<RateLimitHeaderOptions> = { rules: true, style: true };
const STYLES = ['draft', 'legacy', 'both'];

/**
 * The headers that tell a client how it stands, on answers of any status; with a denial `Retry-After` too, unless waiting
 * does not help. Seconds are rounded up: who waits them has waited enough.
 *
 * Source: draft-ietf-httpapi-ratelimit-headers-10 (structured fields of RFC 9651), RFC 9110 section 10.2.3.
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const decision = limiter.check(['user', userId]);
 * for (const [name, value] of rateLimitHeaders(decision, { rules: limiter.rules })) response.setHeader(name, value);
 */
export function rateLimitHeaders(decision: RateDecision, options: RateLimitHeaderOptions = {}): readonly HttpHeader[] {
  checkOptionNames('rateLimitHeaders', options, OPTIONS);
  const { rules = [decision.rule], style = 'draft' } = options;
  if (!STYLES.includes(style)) throw refuseOption('style', style, STYLES.join(', '));
  return [
    ...(style === 'legacy' ? [] : draftHeaders(decision, rules)),
    ...(style === 'draft' ? [] : legacyHeaders(decision)),
    ...retryAfter(decision),
  ];
}

function draftHeaders(decision: RateDecision, rules: readonly FullRateRule[]): HttpHeader[] {
  const { rule, remaining } = decision;
  const policies = rules.map(({ name, limit, windowMs }) => `${toText(name)};q=${limit};w=${toSeconds(windowMs)}`);
  const state = `${toText(rule.name)};r=${remaining};t=${secondsToWait(decision)}`;
  return [
    ['ratelimit-policy', policies.join(', ')],
    ['ratelimit', state],
  ];
}

function legacyHeaders(decision: RateDecision): HttpHeader[] {
  return [
    ['x-ratelimit-limit', String(decision.rule.limit)],
    ['x-ratelimit-remaining', String(decision.remaining)],
    ['x-ratelimit-reset', String(secondsToWait(decision))],
  ];
}

function retryAfter({ allowed, retryAfterMs }: RateDecision): HttpHeader[] {
  return allowed || retryAfterMs === Infinity ? [] : [['retry-after', String(toSeconds(retryAfterMs))]];
}

/** Until the same passes again; when it passes now, until nothing is owed. */
function secondsToWait({ allowed, retryAfterMs, resetMs }: RateDecision): number {
  return toSeconds(allowed || retryAfterMs === Infinity ? resetMs : retryAfterMs);
}

/** Whole seconds, rounded up, and not 0 while there is something to wait for. */
function toSeconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

/** A string of a structured field, which has visible ASCII alone: what else a name has is percent-encoded. */
function toText(name: string): string {
  const ascii = name.toWellFormed().replaceAll(/[^\x20-\x7e]+/gu, encodeURIComponent);
  return `"${ascii.replaceAll(/["\\]/g, '\\$&')}"`;
}
