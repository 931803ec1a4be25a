import { systemClock } from 'millrace/core';
import type { RequestSpec } from '../scenario/index.ts';
import { ConnectionPool, type PoolOptions } from './connection-pool.ts';
import type { Exchange, ExchangeHandler, Failure } from './exchange.ts';
import { encodeRequest } from './request-encoder.ts';

/** How one exchange ended. */
export type Ending =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly bytes: number;
      readonly ms: number;
      /** From the first write to the first byte. */
      readonly firstByteMs: number;
    }
  | { readonly kind: Failure['kind']; readonly reason: string; readonly ms: number };

interface TestExchange extends Exchange {
  readonly sentAt: number;
  readonly end: (ending: Ending) => void;
}

/** A pool with promises, for tests. */
export interface PoolClient extends Disposable {
  readonly pool: ConnectionPool<TestExchange>;
  /** Exchanges that ended and had been sent once more. */
  readonly resent: number;
  /** @param ownTimeoutMs instead of the pool's. */
  send(spec: RequestSpec, ownTimeoutMs?: number): Promise<Ending>;
}

/** Opens one to a local port. It sweeps every 5 ms. */
export function openPool(port: number, options: Partial<PoolOptions> = {}): PoolClient {
  const { clock = systemClock } = options;
  const common = { addresses: ['127.0.0.1'], port, maxConnections: 16, timeoutMs: 5_000, clock };
  let resent = 0;
  const handler: ExchangeHandler<TestExchange> = {
    answered({ end, sentAt, writtenAt, firstByteAt, retried }, answer, now) {
      if (retried) resent++;
      const { status, bodyBytes: bytes } = answer;
      const body = answer.body()?.text() ?? '';
      end({ kind: 'answer', status, body, bytes, ms: now - sentAt, firstByteMs: firstByteAt - writtenAt });
    },
    failed({ end, sentAt, retried }, { kind, reason }, now) {
      if (retried) resent++;
      end({ kind, reason, ms: now - sentAt });
    },
  };
  const pool = new ConnectionPool({ ...common, ...options }, handler);
  const sweeping = setInterval(() => pool.sweep(clock.now()), 5);
  return {
    pool,
    get resent() {
      return resent;
    },
    send: (spec, ownTimeoutMs) =>
      new Promise((end) => {
        const request = encodeRequest(spec, `127.0.0.1:${port}`);
        pool.send({
          request,
          keepsAnswer: true,
          timeoutMs: ownTimeoutMs,
          writtenAt: -1,
          firstByteAt: -1,
          retried: false,
          sentAt: clock.now(),
          end,
        });
      }),
    [Symbol.dispose]() {
      clearInterval(sweeping);
      pool.close();
    },
  };
}
