import type { ProbeContext } from '@millrace/load/prove';
import { exempt, type Holder } from './authorised.ts';

const ANSWER_TIMEOUT_MS = 10_000;

/** One answer, as far as a probe reads it. */
export interface ProbeAnswer {
  readonly status: number;
  /** Parsed when JSON, else undefined. */
  readonly body: unknown;
}

/** Asks an arm on behalf of whoever holds a token. */
export type Ask = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  token?: string,
  body?: unknown,
) => Promise<ProbeAnswer>;

/** Asks an arm; every request is given up after ten seconds, and at once when the proof is stopped. */
export function createAsk(
  { baseUrl, signal }: Pick<ProbeContext, 'baseUrl' | 'signal'>,
  holder: Pick<Holder, 'exemption'> = {},
): Ask {
  return async (method, path, token, body) => {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: {
        ...exempt(holder),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, body: isJson && text !== '' ? JSON.parse(text) : undefined };
  };
}

/** Refuses what a probe cannot go on from. */
export function expectStatus({ status, body }: ProbeAnswer, expected: number, what: string): void {
  if (status === expected) return;
  throw new Error(`${what}: ${status} instead of ${expected}${body === undefined ? '' : `, ${JSON.stringify(body)}`}`);
}

/**
 * Repeats `work` until the time is over, at least once. A stop of the proof ends it without an error: what was counted
 * until then stands.
 */
export async function repeatFor({ durationMs, signal }: ProbeContext, work: () => Promise<void>): Promise<void> {
  const end = performance.now() + durationMs;
  try {
    do await work();
    while (performance.now() < end);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
