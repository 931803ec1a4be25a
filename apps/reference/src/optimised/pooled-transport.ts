import type { Counters } from '../counters.ts';
import { unanswered } from '../crs.ts';
import { UPSTREAM_TIMEOUT_MS, type UpstreamTransport } from '../ports/index.ts';
import { createUpstreamPool, type UpstreamPoolOptions } from '../upstream-pool.ts';

/** Keeps connections open between calls. */
export function createPooledTransport(
  options: UpstreamPoolOptions,
  counters: Counters,
  timeoutMs = UPSTREAM_TIMEOUT_MS,
): UpstreamTransport {
  const patience = { connectMs: timeoutMs, silenceMs: timeoutMs };
  const pool = createUpstreamPool(options, patience, counters);
  return {
    async send({ method, path, headers, body = null }) {
      counters.add('upstreamCalls');
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const response = await pool.request({ method, path, headers, body, signal });
        return { status: response.statusCode, body: await response.body.text() };
      } catch (error) {
        throw unanswered(error);
      }
    },
    close: () => pool.destroy(),
  };
}
