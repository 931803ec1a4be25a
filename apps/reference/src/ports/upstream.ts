export interface UsageFigures {
  readonly requests: number;
  readonly tokens: number;
  readonly costUsd: number;
}

export interface UpstreamDashboard {
  readonly totalKeys: number;
  readonly activeKeys: number;
  readonly total: UsageFigures;
  readonly today: UsageFigures;
}

export interface UpstreamKey extends UsageFigures {
  readonly id: string;
  readonly isActive: boolean;
}

export interface UpstreamTrend {
  readonly days: number;
  readonly points: readonly (UsageFigures & { readonly date: string })[];
}

export interface UpstreamKeyStats {
  readonly total: UsageFigures;
  readonly today: UsageFigures;
}

/** The key service's answers. Rejects with a 502 or 504 problem when it fails. */
export interface Upstream {
  /** Logs in ahead of the first question. */
  logIn(): Promise<void>;
  dashboard(): Promise<UpstreamDashboard>;
  keys(username: string): Promise<readonly UpstreamKey[]>;
  trend(days: number): Promise<UpstreamTrend>;
  keyStats(crsKeyId: string): Promise<UpstreamKeyStats>;
}

export interface UpstreamCall {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly body: string;
}

/** Carries calls to the key service. Each ends after at most {@link UPSTREAM_TIMEOUT_MS}. */
export interface UpstreamTransport {
  send(call: UpstreamCall): Promise<UpstreamAnswer>;
  close(): Promise<void>;
}

export const UPSTREAM_TIMEOUT_MS = 5_000;

/** Decides whether simultaneous questions share one call. */
export interface Flights {
  /**
   * `asksAgain`: whether who shares a call that fails after it has become old may ask again; default true. Who has an
   * answer to fall back on says false.
   */
  run<T>(key: string, load: () => Promise<T>, options?: { readonly asksAgain: boolean }): Promise<T>;
  /** Ends what is under way for all who wait. */
  close(): void;
}

/** Keeps answers of the key service for a while. */
export interface AnswerMemory {
  get<T>(key: string): T | undefined;
  /** `bytes`: what it takes, of a memory that has a bound on them; default 0. */
  set<T>(key: string, answer: T, options: { readonly ttlMs: number; readonly bytes?: number }): void;
  close(): Promise<void>;
}
