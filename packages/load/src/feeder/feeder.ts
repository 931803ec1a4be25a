import { checkOptionNames, type OptionNames } from 'millrace/core';
import { checkWhole, LOAD_ERRORS } from '../errors.ts';

/**
 * Which row comes next.
 *
 * - `circular` each user walks the rows in order and around, from its own place on (default)
 * - `random` each user draws by its own seeded stream
 * - `unique` no row comes twice in a run: user u of N draws rows u, u + N, u + 2N, …; after the last one it is exhausted
 * - `sharded` as circular, over the rows of its worker: worker k of W has rows k, k + W, k + 2W, …
 */
export type FeedStrategy = 'circular' | 'random' | 'unique' | 'sharded';

/** How rows are handed out. */
export interface FeedOptions {
  /** Default `circular`. */
  readonly strategy?: FeedStrategy;
}

/** Options of {@link feedCsv} and {@link feedJson}. */
export interface FileFeedOptions extends FeedOptions {
  /** Most bytes of the file, 1 to 1 GiB; default 64 MiB. All rows are kept in memory. */
  readonly maxBytes?: number;
}

/** Options of {@link feedCsv}. */
export interface CsvFeedOptions extends FileFeedOptions {
  /** Between fields; default `,`. */
  readonly delimiter?: string;
}

/** Rows of data for users. Pure configuration: nothing is read before a run starts. */
export interface Feeder<Row = unknown> {
  readonly strategy: FeedStrategy;
  /** As errors name it. */
  readonly source: string;
  /** Reads the rows. @throws MILLRACE_FEEDER_FILE_UNREADABLE, MILLRACE_FEEDER_FILE_TOO_LARGE, MILLRACE_FEEDER_FILE_INVALID */
  load(): Promise<readonly Row[]>;
}

export const FILE_OPTIONS: OptionNames<FileFeedOptions> = { strategy: true, maxBytes: true };
const LIST_OPTIONS: OptionNames<FeedOptions> = { strategy: true };
const STRATEGIES: readonly string[] = ['circular', 'random', 'unique', 'sharded'] satisfies FeedStrategy[];
const DEFAULT_MAX_BYTES = 67_108_864;
const GIBIBYTE = 1_073_741_824;

/**
 * Feeds rows that the scenario has itself.
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const terms = feedList(['tea', 'coffee'], { strategy: 'random' });
 */
export function feedList<Row>(rows: readonly Row[], options: FeedOptions = {}): Feeder<Row> {
  checkOptionNames('feedList', options, LIST_OPTIONS);
  if (!Array.isArray(rows)) {
    const context = { option: 'feedList(rows)', value: typeof rows, allowed: 'a list' };
    throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', context);
  }
  return { strategy: strategyOf(options), source: 'a list', load: () => Promise.resolve(rows) };
}

/** The strategy, checked. */
export function strategyOf({ strategy = 'circular' }: FeedOptions): FeedStrategy {
  if (STRATEGIES.includes(strategy)) return strategy;
  const allowed = STRATEGIES.join(', ');
  throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option: 'strategy', value: String(strategy), allowed });
}

/** The bound of a file, checked. */
export function maxBytesOf({ maxBytes = DEFAULT_MAX_BYTES }: FileFeedOptions): number {
  checkWhole('maxBytes', maxBytes, 1, GIBIBYTE);
  return maxBytes;
}
