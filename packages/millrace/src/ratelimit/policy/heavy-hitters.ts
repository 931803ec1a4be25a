import { createHmac, randomBytes } from 'node:crypto';
import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import { rateHitters } from '../../signals/index.ts';
import { checkName, checkWhole } from '../option-check.ts';
import { toMs } from '../ticks.ts';
import { SpaceSaving } from './space-saving.ts';

/** What is told of the keys that are denied most, while somebody listens to `millrace.ratelimit.hitters`. */
export interface HeavyHitterOptions {
  /** How many of them. 1 to 100; default 10. Ten times as many are counted, so that the counts are good. */
  readonly top?: number;
  /** How often, in milliseconds, when there are denials. 1,000 to 3,600,000; default 10,000. */
  readonly intervalMs?: number;
  /**
   * By which keys are hashed: one pepper, one name in all processes. 16 characters or more; default: random, so that names
   * mean nothing beyond this process.
   */
  readonly pepper?: string;
  /** Tells keys as they are counted instead of their hashes: for keys that say nothing of a person. Default false. */
  readonly plainKeys?: boolean;
}

const OPTIONS: OptionNames<HeavyHitterOptions> = { top: true, intervalMs: true, pepper: true, plainKeys: true };
const MIN_PEPPER = 16;
/** Counted for each that is told. */
const COUNTED = 10;
const NAME_LENGTH = 16;

/** Counts denials by key while somebody listens, and tells the most frequent ones. Bounded, without a timer. */
export class HeavyHitters {
  readonly #name: string;
  readonly #top: number;
  readonly #intervalMs: number;
  readonly #plain: boolean;
  readonly #pepper: string;
  readonly #sketch: SpaceSaving;
  #since = 0;
  #denials = 0;

  /** @throws MILLRACE_RATELIMIT_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
  constructor(name: string, options: HeavyHitterOptions = {}) {
    checkOptionNames('heavyHitters', options, OPTIONS);
    this.#name = name;
    this.#top = checkWhole('heavyHitters.top', options.top ?? 10, 1, 100);
    this.#intervalMs = checkWhole('heavyHitters.intervalMs', options.intervalMs ?? 10_000, 1_000, 3_600_000);
    this.#plain = options.plainKeys ?? false;
    this.#pepper = options.pepper ?? randomBytes(32).toString('base64url');
    checkWhole('heavyHitters.pepper.length', checkName('heavyHitters.pepper', this.#pepper).length, MIN_PEPPER, 4_096);
    this.#sketch = new SpaceSaving(COUNTED * this.#top);
  }

  /** Counts a denial at a time in ticks. */
  note(key: string, now: number): void {
    if (!rateHitters.hasSubscribers) {
      // Who listens later is not told of what came before.
      if (this.#denials > 0) this.#forget();
      return;
    }
    if (this.#denials === 0) this.#since = now;
    this.#denials++;
    this.#sketch.add(key);
    if (toMs(now - this.#since) >= this.#intervalMs) this.tell(now);
  }

  /** Tells what there is, and begins anew. */
  tell(now: number): void {
    if (this.#denials > 0 && rateHitters.hasSubscribers) {
      const keys = this.#sketch.top(this.#top).map((hit) => Object.freeze({ ...hit, key: this.#nameOf(hit.key) }));
      rateHitters.publish({ name: this.#name, spanMs: toMs(now - this.#since), denials: this.#denials, keys });
    }
    this.#forget();
  }

  #forget(): void {
    this.#denials = 0;
    this.#sketch.clear();
  }

  #nameOf(key: string): string {
    if (this.#plain) return key;
    return createHmac('sha256', this.#pepper)
      .update(`millrace.ratelimit.hitters\n${key}`)
      .digest('base64url')
      .slice(0, NAME_LENGTH);
  }
}
