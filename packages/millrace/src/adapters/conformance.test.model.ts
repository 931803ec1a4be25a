import { type Cache, type CacheOptions, createCache } from '../cache/index.ts';
import type { Clock } from '../core/index.ts';
import type { Binding, Handler, Made, Service, SuiteOptions } from './services.test.model.ts';

/** A clock that a test moves. */
interface SteppedClock extends Clock {
  advance(ms: number): Promise<void>;
}

/** A service with a cache before it, and what can be seen of both. */
export interface Trial extends AsyncDisposable {
  readonly service: Service;
  readonly cache: Cache;
  readonly clock: SteppedClock;
  /** How often the handler ran. */
  readonly runs: () => number;
  /** The body of the answer to a GET. */
  text(path: string, headers?: Record<string, string>): Promise<string>;
}

/** @param handler given how often it ran, this time included */
export async function startTrial(
  clock: SteppedClock,
  binding: Binding,
  handler: (ask: Parameters<Handler>[0], run: number) => ReturnType<Handler>,
  { cacheOptions, ...options }: Partial<SuiteOptions> & { cacheOptions?: Partial<CacheOptions> } = {},
): Promise<Trial> {
  const cache = createCache({ name: 'answers', ttlMs: 1_000, ttlJitter: 0, clock, ...cacheOptions });
  let runs = 0;
  const service = await binding.serve((ask) => handler(ask, ++runs), { cache, clock, ...options });
  return {
    service,
    cache,
    clock,
    runs: () => runs,
    async text(path, headers = {}) {
      return String((await service.send({ path, headers })).body);
    },
    async [Symbol.asyncDispose]() {
      await service.close();
      await cache.close();
    },
  };
}

/** An answer that says how often the handler ran. */
export function numbered(run: number, made: Made = {}): Made {
  return { body: `run ${run}`, ...made, headers: { 'content-type': 'text/plain; charset=utf-8', ...made.headers } };
}
