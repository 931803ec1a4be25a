/** A request that was answered. */
export interface ServedRequest {
  readonly method: string;
  /** The template of the route, never the path itself. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** How a cache does that shares what it holds with other instances. */
export interface CacheSharing {
  readonly cache: string;
  /** Whether they are asked: `open` while that is given a rest, `away` while nothing is heard of them. */
  readonly state: 'used' | 'open' | 'away';
  /** Invalidations that they were not told of yet. */
  readonly pending: number;
}

/** What can be measured of the running service, for whoever scrapes it. */
export interface Metrics {
  observe(request: ServedRequest): void;
  /** In the text format of Prometheus, version 0.0.4. */
  text(): string;
  close(): Promise<void>;
}
