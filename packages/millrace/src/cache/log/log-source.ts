/** What an entry of the log makes invalid: one key, everything that carries one tag, or everything. */
export type LogEntry =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'all' };

/** An entry with its place in the log: 1, 2, 3, … without gaps. */
export interface PlacedEntry {
  readonly position: number;
  readonly entry: LogEntry;
  /** Whether it was appended through this very source, which has dropped then what it names. */
  readonly own: boolean;
}

/** What the log says of itself. */
export interface LogState {
  /** Names one unbroken history. Another one may lack entries that were acknowledged, and reuses positions. */
  readonly epoch: string;
  /** The position of the last entry; 0 before the first. */
  readonly position: number;
  /** What is older than this was invalidated, or may have been: the log no longer knows. */
  readonly horizon: number;
}

/** What the log says of itself once it holds what was appended. */
export interface AppendedState extends LogState {
  /** Shared values that the entries name may be left: they are to be removed, and the entries appended again. */
  readonly incomplete?: boolean;
}

/** What one read of the log brought. */
export interface LogRead {
  /** The entries after the position that was asked for, in order; empty when none came in time. */
  readonly entries: readonly PlacedEntry[];
  /** Whether more may be there already. */
  readonly more: boolean;
  /** The last position when the read ended; greater than the last of `entries` when more came meanwhile. */
  readonly position: number;
  /** False when the history that was opened is no longer the one that is there. */
  readonly sameHistory: boolean;
}

/** A position by tag. */
export type TagPosition = readonly [tag: string, position: number];

/**
 * The one order of all invalidations of a namespace, kept where all processes can reach it. Every method rejects when
 * the log cannot be reached, and settles within a bound of its own.
 */
export interface LogSource {
  /** How long a read waits at most for an entry, in milliseconds. */
  readonly waitMs: number;
  /**
   * Whether values may be kept by other servers than the log, so that one of them can lose what it did without the epoch
   * showing it.
   */
  readonly valuesApart: boolean;
  /** Connects if need be and says where the log stands. Must be called before `read`, and again after `read` rejected. */
  open(): Promise<LogState>;
  /** Where the log stands now. After `open`. */
  state(): Promise<LogState>;
  /** Another number whenever the connections over which values are read and written were made anew. */
  session(): number;
  /** Waits a while, at most {@link LogSource.waitMs}, for entries after `position`. */
  read(position: number): Promise<LogRead>;
  /** Tags whose last invalidation came after `position`, in its order; fewer than `limit` when there are no more. */
  tagsAfter(position: number, limit: number): Promise<readonly TagPosition[]>;
  /** Appends in order. Resolves, once the log holds them, with the state after the last. */
  append(entries: readonly LogEntry[]): Promise<AppendedState>;
  /** Ends all connections, for good. */
  close(): Promise<void>;
}
