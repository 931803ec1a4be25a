import type { RateDecision } from '../rate-decision.ts';
import {
  asList,
  type HttpHeader,
  type RateLimitHeaderOptions,
  rateLimitHeaders,
  tightestOf,
} from './rate-limit-headers.ts';

/** An answer to a request that was not let through. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: readonly HttpHeader[];
  /** A problem document, as JSON text. */
  readonly body: string;
}

/** The registered types for a quota that is used up, and for who is kept out. */
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';
const ABNORMAL_USAGE = 'https://iana.org/assignments/http-problem-types#abnormal-usage-detected';

/**
 * The answer for a request that a limiter denied: 429, a problem document that names the rules which said no and nobody's
 * data, and the headers of {@link rateLimitHeaders}.
 *
 * Source: RFC 9457 (problem documents), RFC 6585 section 4 (429), draft-ietf-httpapi-ratelimit-headers-11 (problem types).
 * @param decisions one, or all that were made about the request
 * @throws as {@link rateLimitHeaders}
 * @example
 * const decision = limiter.check(['user', userId]);
 * if (!decision.allowed) {
 *   const { status, headers, body } = tooManyRequests(decision, { rules: limiter.rules });
 *   response.writeHead(status, Object.fromEntries(headers)).end(body);
 * }
 */
export function tooManyRequests(
  decisions: RateDecision | readonly RateDecision[],
  options: RateLimitHeaderOptions = {},
): RefusedAnswer {
  const all = asList(decisions);
  const denied = all.filter(({ allowed, banned }) => !allowed && banned !== true);
  const tightest = tightestOf(all);
  const problem = {
    type: tightest.banned ? ABNORMAL_USAGE : QUOTA_EXCEEDED,
    title: 'Too Many Requests',
    status: 429,
    detail: detailOf(tightest),
    'violated-policies': denied.map(({ rule }) => rule.name),
  };
  return {
    status: 429,
    headers: [
      ...rateLimitHeaders(all, options),
      ['content-type', 'application/problem+json'],
      ['cache-control', 'no-store'],
    ],
    body: JSON.stringify(problem),
  };
}

function detailOf({ rule, retryAfterMs, banned }: RateDecision): string {
  if (retryAfterMs === Infinity) return 'the request asks for more than may ever be asked for at once';
  const later = `try again in ${retryAfterMs / 1_000} s`;
  if (banned) return `too many requests were denied, or somebody decided so: nothing is let through; ${later}`;
  return `the limit of ${rule.limit} in ${rule.windowMs / 1_000} s is used up; ${later}`;
}
