import type { Clock } from '../../core/index.ts';
import { MAX_BAN_MS } from '../policy/index.ts';
import { type FullRateRule, shortRule } from '../rate-rule.ts';
import { toMs } from '../ticks.ts';
import { type RedisCounts, ruleWords } from './redis-counts.ts';

/** No key of a limiter begins so. */
const PREFIX = '%b/';
/** How long a ban that is known is not asked about: so late a process hears that it was lifted. */
const FRESH_MS = 1_000;
const EVERYTHING = -1_000_000_000;

interface Known {
  readonly endMs: number;
  readonly askedMs: number;
}

/**
 * Bans that all processes share. Each lies at one key of Redis, as a debt that takes as long as the ban to work off. Those that
 * are known hold here too while Redis is away; bounded: the oldest give way, which costs a question.
 */
export class SharedBans {
  readonly #counts: RedisCounts;
  readonly #clock: Clock;
  readonly #most: number;
  readonly #known = new Map<string, Known>();
  readonly #look: readonly string[];

  constructor(counts: RedisCounts, clock: Clock, most: number) {
    this.#counts = counts;
    this.#clock = clock;
    this.#most = most;
    this.#look = banWords(MAX_BAN_MS);
  }

  /** Milliseconds for which a key that is known to be banned is so without a question; 0 when it has to be asked. */
  knownMs(key: string): number {
    const known = this.#known.get(key);
    if (known === undefined || this.#clock.now() - known.askedMs >= FRESH_MS) return 0;
    return this.#leftMs(known);
  }

  /** Whether there was a ban when it was last heard of. */
  mayKnow(key: string): boolean {
    return this.#known.has(key);
  }

  /** Milliseconds for which a key is banned; 0 when it is not. */
  async askMs(key: string): Promise<number> {
    const askedMs = this.#clock.now();
    const reading = await this.#counts.ask(PREFIX + key, 'look', 0, this.#look);
    if (reading === undefined) return this.#leftMs(this.#known.get(key));
    const forMs = toMs(reading.reset);
    if (forMs > 0) this.#keep(key, { endMs: askedMs + forMs, askedMs });
    else this.#known.delete(key);
    return forMs;
  }

  /** False when Redis did not take it; it holds in this process all the same. */
  async set(key: string, forMs: number): Promise<boolean> {
    const now = this.#clock.now();
    this.#keep(key, { endMs: now + forMs, askedMs: now });
    const words = banWords(forMs);
    // In this order, and in one turn: what was before ends, and this begins.
    const ended = this.#counts.ask(PREFIX + key, 'add', EVERYTHING, words);
    const begun = this.#counts.ask(PREFIX + key, 'add', 1, words);
    return (await ended) !== undefined && (await begun) !== undefined;
  }

  /** False when Redis did not take it. */
  async lift(key: string): Promise<boolean> {
    this.#known.delete(key);
    return (await this.#counts.ask(PREFIX + key, 'add', EVERYTHING, this.#look)) !== undefined;
  }

  clear(): void {
    this.#known.clear();
  }

  #leftMs(known: Known | undefined): number {
    return known === undefined ? 0 : Math.max(0, Math.ceil(known.endMs - this.#clock.now()));
  }

  #keep(key: string, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size <= this.#most) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }
}

/** A rule by which one unit takes as long as the ban. */
function banWords(forMs: number): readonly string[] {
  const rule: FullRateRule = { ...shortRule(1, forMs), name: 'ban' };
  return ruleWords([rule]);
}
