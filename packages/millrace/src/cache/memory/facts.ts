/** What is kept beside a value in memory. Times are on the cache's monotonic clock. */
export interface EntryFacts {
  readonly tags: readonly string[];
  /** When its load began. */
  readonly loadedAt: number;
  /** How far this process had followed the log then; 0 without a log. */
  readonly position: number;
  /** It counts before this time. */
  readonly freshUntil: number;
  /** It may be given at once, while a newer one is sought, before this time. */
  readonly staleUntil: number;
  /** It may be given when no newer one can be had, before this time. */
  readonly errorUntil: number;
  /** How long its load took, in milliseconds. */
  readonly loadMs: number;
  /** The number of its key's pattern in the statistics. 0 to 65,535. */
  readonly pattern: number;
}
