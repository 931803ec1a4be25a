import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { cacheGet } from 'millrace/signals';
import type { Counters } from './counters.ts';
import type { CacheSharing, Metrics, ServedRequest } from './ports/index.ts';

/** Upper bounds in seconds, as client libraries have them. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const QUANTILES = [0.5, 0.99];
const NANOSECONDS = 1e9;
const LOOP_RESOLUTION_MS = 10;

/** What of Node's histogram is used: it counts from one firing of its timer to the next. */
type LoopDelay = Pick<ELDHistogram, 'enable' | 'disable' | 'percentile'>;
/** Routes, methods and statuses are few; whatever makes them many is counted together. */
const MAX_SERIES = 500;
const OTHER: ServedRequest = { method: 'OTHER', route: 'other', status: 0, seconds: 0 };

interface Series {
  readonly labels: string;
  readonly buckets: number[];
  sum: number;
  count: number;
}

/**
 * Keeps the figures of this process: requests as they end, caches by their signals, the event loop by Node's own histogram.
 * @param sharing asked at each scrape how caches do that have something in common with other instances
 */
export function createPrometheusMetrics(
  counters: Counters,
  sharing: () => readonly CacheSharing[] = () => [],
  loop: LoopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS }),
): Metrics {
  const requests = new RequestHistogram();
  const caches = new CacheCounts();
  const stopListening = cacheGet.subscribe(({ name, outcome }) => caches.count(name, outcome === 'hit'));
  loop.enable();
  return {
    observe: (request) => requests.observe(request),
    text: () => {
      const cached = [...caches.lines(), ...sharingLines(sharing())];
      return [...requests.lines(), ...cached, ...loopLines(loop), ...poolLines(counters)].join('\n');
    },
    async close() {
      stopListening();
      loop.disable();
    },
  };
}

class RequestHistogram {
  readonly #series = new Map<string, Series>();

  observe(request: ServedRequest): void {
    const series = this.#find(request);
    const bucket = BUCKETS.findIndex((bound) => request.seconds <= bound);
    const index = bucket === -1 ? BUCKETS.length : bucket;
    series.buckets[index] = (series.buckets[index] ?? 0) + 1;
    series.sum += request.seconds;
    series.count++;
  }

  lines(): string[] {
    const name = 'http_request_duration_seconds';
    const lines = head(name, 'histogram', 'Time from a request to the end of its answer.');
    for (const { labels, buckets, sum, count } of this.#series.values()) {
      let below = 0;
      for (const [index, bound] of [...BUCKETS, Number.POSITIVE_INFINITY].entries()) {
        below += buckets[index] ?? 0;
        lines.push(`${name}_bucket{${labels},le="${bound === Number.POSITIVE_INFINITY ? '+Inf' : bound}"} ${below}`);
      }
      lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`);
    }
    return lines;
  }

  #find(request: ServedRequest): Series {
    const key = keyOf(request);
    const known = this.#series.get(key);
    if (known) return known;
    const { method, route, status } = this.#series.size < MAX_SERIES ? request : OTHER;
    const labels = `method="${label(method)}",route="${label(route)}",status="${status}"`;
    const series = this.#series.get(keyOf({ method, route, status })) ?? { labels, buckets: [], sum: 0, count: 0 };
    this.#series.set(keyOf({ method, route, status }), series);
    return series;
  }
}

function keyOf({ method, route, status }: Omit<ServedRequest, 'seconds'>): string {
  return `${method} ${status} ${route}`;
}

/** Reads of each cache; there are as many as the service has caches. */
class CacheCounts {
  readonly #counts = new Map<string, { hits: number; misses: number }>();

  count(cache: string, hit: boolean): void {
    const counts = this.#counts.get(cache) ?? { hits: 0, misses: 0 };
    this.#counts.set(cache, counts);
    if (hit) counts.hits++;
    else counts.misses++;
  }

  lines(): string[] {
    const of = (kind: 'hits' | 'misses'): string[] =>
      [...this.#counts].map(([name, counts]) => `cache_${kind}{cache="${label(name)}"} ${counts[kind]}`);
    return [
      ...head('cache_hits', 'counter', 'Reads answered from memory.'),
      ...of('hits'),
      ...head('cache_misses', 'counter', 'Reads that found nothing, those that joined a load included.'),
      ...of('misses'),
    ];
  }
}

/** Nothing where no cache is shared. */
function sharingLines(caches: readonly CacheSharing[]): string[] {
  if (caches.length === 0) return [];
  const each = (name: string, of: (cache: CacheSharing) => number): string[] =>
    caches.map((one) => `${name}{cache="${label(one.cache)}"} ${of(one)}`);
  return [
    ...head('cache_shared', 'gauge', 'Whether a cache shares its values with other instances at this moment.'),
    ...each('cache_shared', ({ state }) => Number(state === 'used')),
    ...head('cache_invalidations_pending', 'gauge', 'Invalidations that other instances were not told of yet.'),
    ...each('cache_invalidations_pending', ({ pending }) => pending),
  ];
}

function loopLines(loop: LoopDelay): string[] {
  const name = 'nodejs_eventloop_delay_seconds';
  const delayAt = (quantile: number): number =>
    Math.max(0, loop.percentile(quantile * 100) / NANOSECONDS - LOOP_RESOLUTION_MS / 1000);
  return [
    ...head(name, 'gauge', 'How late the event loop comes to a timer, since the start.'),
    ...QUANTILES.map((quantile) => `${name}{quantile="${quantile}"} ${delayAt(quantile)}`),
  ];
}

function poolLines({ connections }: Counters): string[] {
  return [
    ...head('db_pool_connections_busy', 'gauge', 'Database connections lent out.'),
    `db_pool_connections_busy ${connections.busy}`,
    ...head('db_pool_waiting', 'gauge', 'Requests that wait for a database connection.'),
    `db_pool_waiting ${connections.waiting}`,
    '',
  ];
}

function head(name: string, type: 'histogram' | 'counter' | 'gauge', help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function label(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
