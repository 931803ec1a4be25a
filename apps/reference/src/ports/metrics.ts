/** A request that was answered. */
export interface ServedRequest {
  readonly method: string;
  /** The template of the route, never the path itself. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** What can be measured of the running service, for whoever scrapes it. */
export interface Metrics {
  observe(request: ServedRequest): void;
  /** In the text format of Prometheus, version 0.0.4. */
  text(): string;
  close(): Promise<void>;
}
