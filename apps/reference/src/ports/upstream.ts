import type { CacheSharing } from './metrics.ts';

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

/** Who has an old answer waits no longer than this for a newer one: healthy answers take less. */
export const UPSTREAM_PATIENCE_MS = 2_000;
/** While there is an old answer a question that brought none is not asked again so soon. */
export const UPSTREAM_RETRY_MS = 5_000;

/** How the answers to one question are kept. */
export interface AnswerTerm<T> {
  /** How long one counts, in milliseconds; 0: for nobody else. */
  readonly ttlMs: number | ((answer: T) => number);
  /** How long past that it is given when no newer one comes, in milliseconds. Default 0. */
  readonly staleMs?: number;
}

/** Answers of the key service by key, for their time and then as their term says. */
export interface UpstreamAnswers {
  /** What is kept, else what `ask` says. Rejects as `ask` does, and with a 504 problem after {@link UPSTREAM_TIMEOUT_MS}. */
  read<T>(key: string, ask: () => Promise<T>, term: AnswerTerm<T>): Promise<T>;
  forget(key: string): void;
  /** Undefined in memory alone. */
  sharing(): CacheSharing | undefined;
  /** Ends what is under way for all who wait. */
  close(): Promise<void>;
}
