import { MillraceError } from '../../core/index.ts';
import type { HttpHeader, RefusedAnswer } from '../../ratelimit/index.ts';

/** Names of the statuses that guards answer with. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
const RETRY_AFTER_MS = 1_000;

/** Nobody reads it: whoever asked has hung up. The status is nginx's, for logs. */
export const GONE: RefusedAnswer = { status: 499, headers: [], body: '' };

/** A problem document (RFC 9457) of no particular type. It says nothing of the request. */
export function problemAnswer(
  status: number,
  detail: string,
  headers: readonly HttpHeader[] = [],
  members: Readonly<Record<string, unknown>> = {},
): RefusedAnswer {
  const problem = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, ...members };
  return {
    status,
    headers: [...headers, ['content-type', 'application/problem+json'], ['cache-control', 'no-store']],
    body: JSON.stringify(problem),
  };
}

/** 503, or another status of its kind, with the time after which it makes sense to come again. */
export function unavailableAnswer(
  detail: string,
  retryAfterMs: number,
  { status = 503, code }: { readonly status?: number; readonly code?: string } = {},
): RefusedAnswer {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return problemAnswer(status, detail, [['retry-after', String(seconds)]], code === undefined ? {} : { code });
}

/**
 * The answer for an error of this library that has a status of its own; undefined for all others, which are the service's.
 * What is no fault of the caller is told by its code alone: its text may say what the service is made of.
 */
export function answerOf(error: unknown, challenge: HttpHeader): RefusedAnswer | undefined {
  if (!(error instanceof MillraceError) || error.status === undefined) return undefined;
  const { status, code, message, context } = error;
  if (status < 500) return problemAnswer(status, message, status === 401 ? [challenge] : [], { code });
  const { retryAfterMs } = context as { readonly retryAfterMs?: unknown };
  const waitMs = typeof retryAfterMs === 'number' ? retryAfterMs : RETRY_AFTER_MS;
  return unavailableAnswer('the service cannot answer this now', waitMs, { status, code });
}
