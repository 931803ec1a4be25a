import { checkOptionNames, type OptionNames } from '../core/index.ts';
import { checkNumber } from './cache-options.ts';
import type { CacheStatistics } from './cache-statistics.ts';
import { MAX_TTL_MS } from './entry-options.ts';

/*
 * How long should a value count that changes without a word?
 *
 * The longer, the fewer loads and the more old answers. With r answers a second for a key and λ changes a second, a TTL of
 * T gives r·λ·T²/2 old answers, for a change comes on average in the middle of what is left. Whoever says how many old
 * answers a load is worth, s, has said T:
 *
 *   T = √( 2·s / (r·λ) ), between `minMs` and `maxMs`
 *
 * What is asked for more often, or changes more often, is loaded more often; twice as often for four times as much.
 *
 * Both rates are learnt by key pattern, not by key: one key shows too little, and keys have no end. λ comes from what was
 * seen of values that were held: an invalidation, and a load that brought another value, are a change within the age that
 * the value had; `notModified` is an age without one. A load whose loader never says `notModified` shows nothing, for its
 * value may be the same. Until enough was seen, `ttlMs` counts. r is what was asked for in the TTLs that were given.
 * Both are halved as they grow, so that what was long ago is forgotten.
 */

/** Bounds of a TTL that follows what is seen of a key pattern. */
export interface AdaptiveTtl {
  /** In milliseconds, above 0. */
  readonly minMs: number;
  /** In milliseconds, at most one year. */
  readonly maxMs: number;
  /** How many old answers a load is worth: more for longer TTLs. 0.001 to 1,000; default 0.1, an old answer in ten TTLs. */
  readonly staleAnswers?: number;
}

const NAMES: OptionNames<AdaptiveTtl> = { minMs: true, maxMs: true, staleAnswers: true };

/** So many ages must have been seen before they count. */
const LEAST_AGES = 8;
/** What was seen is halved at so many loads or ages. */
const MOST = 128;

interface Seen {
  /** Whether a loader of the pattern has said that something was not modified: only then others have been. */
  isConditional: boolean;
  changes: number;
  ages: number;
  agesMs: number;
  grantedMs: number;
  loads: number;
  answers: number;
  /** Of the statistics, when the last load was. */
  answersBefore: number;
}

/** TTLs by key pattern, from how often values are asked for and change. */
export class AdaptiveTtls {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #staleAnswers: number;
  readonly #statistics: CacheStatistics;
  /** By number of the pattern; there are no more than the statistics have. */
  readonly #seen: Seen[] = [];

  /** @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
  constructor(options: AdaptiveTtl, statistics: CacheStatistics) {
    checkOptionNames('adaptiveTtl', options, NAMES);
    this.#minMs = checkNumber('adaptiveTtl.minMs', options.minMs, Number.MIN_VALUE, MAX_TTL_MS, true);
    this.#maxMs = checkNumber('adaptiveTtl.maxMs', options.maxMs, options.minMs, MAX_TTL_MS, true);
    this.#staleAnswers = checkNumber('adaptiveTtl.staleAnswers', options.staleAnswers ?? 0.1, 0.001, 1_000, true);
    this.#statistics = statistics;
  }

  /** A value was invalidated at this age. */
  invalidated(pattern: number, ageMs: number): void {
    noteAge(this.#of(pattern), ageMs, 1);
  }

  /** A value of this age was asked about, and was still good or was not. */
  loadedAgain(pattern: number, ageMs: number, isModified: boolean): void {
    const seen = this.#of(pattern);
    if (!isModified) seen.isConditional = true;
    if (seen.isConditional) noteAge(seen, ageMs, isModified ? 1 : 0);
  }

  /** The TTL of a value that is stored now. @param otherwiseMs until enough was seen */
  ttlOf(pattern: number, otherwiseMs: number): number {
    const seen = this.#of(pattern);
    const answers = this.#statistics.answers(pattern);
    seen.answers += answers - seen.answersBefore;
    seen.answersBefore = answers;
    const ttlMs = Math.min(this.#maxMs, Math.max(this.#minMs, this.#wanted(seen) ?? otherwiseMs));
    seen.grantedMs += ttlMs;
    if (++seen.loads > MOST) halveAnswers(seen);
    return ttlMs;
  }

  #wanted({ changes, ages, agesMs, answers, grantedMs }: Seen): number | undefined {
    if (ages < LEAST_AGES || agesMs <= 0 || grantedMs <= 0) return undefined;
    const changesPerMs = (changes + 0.5) / agesMs;
    const answersPerMs = Math.max(1, answers) / grantedMs;
    return Math.sqrt((2 * this.#staleAnswers) / (answersPerMs * changesPerMs));
  }

  #of(pattern: number): Seen {
    this.#seen[pattern] ??= {
      isConditional: false,
      changes: 0,
      ages: 0,
      agesMs: 0,
      grantedMs: 0,
      loads: 0,
      answers: 0,
      answersBefore: this.#statistics.answers(pattern),
    };
    return this.#seen[pattern];
  }
}

function noteAge(seen: Seen, ageMs: number, changes: number): void {
  seen.changes += changes;
  seen.agesMs += ageMs;
  if (++seen.ages <= MOST) return;
  seen.changes /= 2;
  seen.agesMs /= 2;
  seen.ages /= 2;
}

function halveAnswers(seen: Seen): void {
  seen.loads /= 2;
  seen.grantedMs /= 2;
  seen.answers /= 2;
}
