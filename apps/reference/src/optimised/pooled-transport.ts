import { buildConnector, Pool } from 'undici';
import type { Counters } from '../counters.ts';
import { unanswered } from '../crs.ts';
import { UPSTREAM_TIMEOUT_MS, type UpstreamTransport } from '../ports/index.ts';

export interface PooledTransportOptions {
  readonly baseUrl: string;
  readonly maxConnections: number;
  readonly keepAliveMs: number;
}

const MAX_ANSWER_BYTES = 4_194_304;

/** Keeps connections open between calls; bounded in number, time and size. */
export function createPooledTransport(
  options: PooledTransportOptions,
  counters: Counters,
  timeoutMs = UPSTREAM_TIMEOUT_MS,
): UpstreamTransport {
  const connect = buildConnector({ timeout: timeoutMs });
  const pool = new Pool(options.baseUrl, {
    connections: options.maxConnections,
    keepAliveTimeout: options.keepAliveMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
    connect(target, done) {
      connect(target, (...result) => {
        if (result[0] === null) counters.add('upstreamConnects');
        done(...result);
      });
    },
  });
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
