import type { RateDecision } from '../rate-decision.ts';
import { type HttpHeader, type RateLimitHeaderOptions, rateLimitHeaders } from './rate-limit-headers.ts';

/** An answer to a request that was not let through. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: readonly HttpHeader[];
  /** A problem document, as JSON text. */
  readonly body: string;
}

/** The registered type for a quota that is used up. */
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/**
 * The answer for a request that a limiter denied: 429, a problem document that names the rule and nobody's data, and the
 * headers of {@link rateLimitHeaders}.
 *
 * Source: RFC 9457 (problem documents), RFC 6585 section 4 (429), draft-ietf-httpapi-ratelimit-headers-10 (the problem type).
 * @throws as {@link rateLimitHeaders}
 * @example
 * const decision = limiter.check(['user', userId]);
 * if (!decision.allowed) {
 *   const { status, headers, body } = tooManyRequests(decision, { rules: limiter.rules });
 *   response.writeHead(status, Object.fromEntries(headers)).end(body);
 * }
 */
export function tooManyRequests(decision: RateDecision, options: RateLimitHeaderOptions = {}): RefusedAnswer {
  const { rule, retryAfterMs } = decision;
  const detail =
    retryAfterMs === Infinity
      ? 'the request asks for more than may ever be asked for at once'
      : `the limit of ${rule.limit} in ${rule.windowMs / 1_000} s is used up; try again in ${retryAfterMs / 1_000} s`;
  const problem = { type: QUOTA_EXCEEDED, title: 'Too Many Requests', status: 429, detail };
  return {
    status: 429,
    headers: [
      ...rateLimitHeaders(decision, options),
      ['content-type', 'application/problem+json'],
      ['cache-control', 'no-store'],
    ],
    body: JSON.stringify({ ...problem, 'violated-policies': [rule.name] }),
  };
}
