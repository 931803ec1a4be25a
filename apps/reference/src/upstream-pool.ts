import { buildConnector, Pool } from 'undici';
import type { Counters } from './counters.ts';

export interface UpstreamPoolOptions {
  readonly baseUrl: string;
  readonly maxConnections: number;
  readonly keepAliveMs: number;
}

/** What a pool waits for. */
export interface UpstreamPatience {
  readonly connectMs: number;
  /** For the head of an answer, and then from one piece of it to the next. */
  readonly silenceMs: number;
}

const MAX_ANSWER_BYTES = 4_194_304;

/** Counted connections to one upstream, kept open between calls; bounded in number, time and size. */
export function createUpstreamPool(options: UpstreamPoolOptions, patience: UpstreamPatience, counters: Counters): Pool {
  const connect = buildConnector({ timeout: patience.connectMs });
  return new Pool(options.baseUrl, {
    connections: options.maxConnections,
    keepAliveTimeout: options.keepAliveMs,
    headersTimeout: patience.silenceMs,
    bodyTimeout: patience.silenceMs,
    maxResponseSize: MAX_ANSWER_BYTES,
    connect(target, done) {
      connect(target, (...result) => {
        if (result[0] === null) counters.add('upstreamConnects');
        done(...result);
      });
    },
  });
}
