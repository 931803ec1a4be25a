import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import { checkWhole, refuseOption } from '../option-check.ts';
import type { RateDecision } from '../rate-decision.ts';
import type { FullRateRule } from '../rate-rule.ts';

/** What {@link rateLimitHeaders} takes beside decisions. */
export interface RateLimitHeaderOptions {
  /**
   * All rules of the limiters that decided (`limiter.rules`), which clients are then told; default: those of the decisions.
   * Rules in shadow mode are not told.
   */
  readonly rules?: readonly FullRateRule[];
  /**
   * `draft` (default): `RateLimit-Policy` and `RateLimit`. `legacy`: `X-RateLimit-Limit`, `-Remaining` and `-Reset`, the last
   * in seconds from now. `draft-6`: the same three without `X-`, as earlier drafts had them. `both`: `draft` and `legacy`.
   */
  readonly style?: 'draft' | 'legacy' | 'draft-6' | 'both';
  /** Spreads those who are denied together over so long a time, in milliseconds. 0 to 86,400,000; default 0. */
  readonly retryJitterMs?: number;
  /** Gives a number from 0 up, below 1; default `Math.random`. */
  readonly random?: () => number;
}

/** A header's name, in lower case, and its value. */
export type HttpHeader = readonly [name: string, value: string];

const OPTIONS: OptionNames<RateLimitHeaderOptions> = { rules: true, style: true, retryJitterMs: true, random: true };
const STYLES = ['draft', 'legacy', 'draft-6', 'both'];
const DAY_MS = 86_400_000;

/**
 * The headers that tell a client how it stands, on answers of any status; with a denial `Retry-After` too, unless waiting
 * does not help. Seconds are rounded up: who waits them has waited enough. What is left never seems to come faster than at
 * the rule's pace, so that nobody takes a burst for one.
 *
 * Source: draft-ietf-httpapi-ratelimit-headers-11 (structured fields of RFC 9651), RFC 9110 section 10.2.3.
 * @param decisions one, or all that were made about the request; rules of their limiters should differ in name
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const decision = limiter.check(['user', userId]);
 * for (const [name, value] of rateLimitHeaders(decision, { rules: limiter.rules })) response.setHeader(name, value);
 */
export function rateLimitHeaders(
  decisions: RateDecision | readonly RateDecision[],
  options: RateLimitHeaderOptions = {},
): readonly HttpHeader[] {
  checkOptionNames('rateLimitHeaders', options, OPTIONS);
  const { style = 'draft' } = options;
  if (!STYLES.includes(style)) throw refuseOption('style', style, STYLES.join(', '));
  const all = asList(decisions).filter(({ rule }) => !rule.shadow);
  if (all.length === 0) return [];
  return [
    ...(style === 'draft' || style === 'both' ? draftHeaders(all, options) : []),
    ...(style === 'legacy' || style === 'both' ? countHeaders('x-ratelimit', all) : []),
    ...(style === 'draft-6' ? countHeaders('ratelimit', all) : []),
    ...retryAfter(all, options),
  ];
}

/** One decision or several, as several; at least one. */
export function asList(decisions: RateDecision | readonly RateDecision[]): readonly RateDecision[] {
  const all = Array.isArray(decisions) ? (decisions as readonly RateDecision[]) : [decisions as RateDecision];
  if (all.length === 0) throw refuseOption('decisions', 'none', 'one or more');
  return all;
}

/** The decision that lets least through: a denial before anything else, the one to wait longest for. */
export function tightestOf(decisions: readonly RateDecision[]): RateDecision {
  return decisions.reduce((one, other) => (isTighter(other, one) ? other : one));
}

function isTighter(one: RateDecision, other: RateDecision): boolean {
  if (one.allowed !== other.allowed) return other.allowed;
  return one.allowed ? one.remaining < other.remaining : one.retryAfterMs > other.retryAfterMs;
}

function draftHeaders(decisions: readonly RateDecision[], { rules }: RateLimitHeaderOptions): HttpHeader[] {
  const told = new Set(rules ?? decisions.map(({ rule }) => rule));
  const policies = [...told].filter(({ shadow }) => !shadow).map(policyOf);
  const states = decisions.map(
    (decision) => `${toText(decision.rule.name)};r=${decision.remaining};t=${secondsOf(decision)}`,
  );
  return [
    ['ratelimit-policy', policies.join(', ')],
    ['ratelimit', states.join(', ')],
  ];
}

/** Windows are whole seconds here; the quota is what comes in those. */
function policyOf({ name, limit, windowMs }: FullRateRule): string {
  const seconds = toSeconds(windowMs);
  return `${toText(name)};q=${Math.floor((limit * seconds * 1_000) / windowMs)};w=${seconds}`;
}

function countHeaders(prefix: string, decisions: readonly RateDecision[]): HttpHeader[] {
  const tightest = tightestOf(decisions);
  return [
    [`${prefix}-limit`, String(tightest.rule.limit)],
    [`${prefix}-remaining`, String(tightest.remaining)],
    [`${prefix}-reset`, String(secondsOf(tightest))],
  ];
}

function retryAfter(
  decisions: readonly RateDecision[],
  { retryJitterMs = 0, random = Math.random }: RateLimitHeaderOptions,
): HttpHeader[] {
  checkWhole('retryJitterMs', retryJitterMs, 0, DAY_MS);
  const { allowed, retryAfterMs } = tightestOf(decisions);
  if (allowed || retryAfterMs === Infinity) return [];
  return [['retry-after', String(Math.max(1, toSeconds(retryAfterMs + random() * retryJitterMs)))]];
}

/** Until the same passes again; when it passes now, the time in which what is left comes at the rule's pace, or more does. */
function secondsOf({ allowed, rule, remaining, retryAfterMs, resetMs }: RateDecision): number {
  if (!allowed) return toSeconds(retryAfterMs === Infinity ? resetMs : retryAfterMs);
  const paceMs = rule.windowMs / rule.limit;
  // A counter that slides lets the next one in when the first of the window before has slid out.
  const moreMs =
    rule.algorithm === 'gcra'
      ? resetMs - (rule.burst - remaining - 1) * paceMs
      : Math.min(resetMs, rule.windowMs + paceMs);
  return toSeconds(Math.max(0, moreMs, remaining * paceMs));
}

/** Whole seconds, rounded up, and not 0 while there is something to wait for. */
function toSeconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

/**
 * A string of a structured field, which has visible ASCII alone: what else a name has, and the percent sign, is
 * percent-encoded, so that different names stay different.
 */
function toText(name: string): string {
  const ascii = name.toWellFormed().replaceAll(/[^\x20-\x24\x26-\x7e]+/gu, encodeURIComponent);
  return `"${ascii.replaceAll(/["\\]/g, '\\$&')}"`;
}
