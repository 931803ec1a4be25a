import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/index.ts';
import { rateCheck } from '../../signals/index.ts';
import { RATELIMIT_ERRORS } from '../errors.ts';
import { encodeRateKey, type RateKey } from '../rate-key.ts';
import { Holding } from './holding.ts';
import { Holdings } from './holdings.ts';
import { KeyPlaces } from './key-places.ts';
import { RedisSlots } from './redis-slots.ts';
import type {
  SharedConcurrencyLimiter,
  SharedConcurrencyLimiterOptions,
  SharedConcurrencyLimiterStats,
  SharedConcurrencySlot,
} from './shared-concurrency-limiter.ts';
import { NoSharedSlot, type RefusedSlot, SharedSlot } from './shared-slot.ts';
import { checkSlotLimit, RULE } from './slot-limit.ts';

/** Slots in Redis; in memory what this process holds of them. */
export class SharedConcurrency implements SharedConcurrencyLimiter {
  readonly name: string;
  readonly #termMs: number;
  readonly #whenAway: 'local' | 'open' | 'closed';
  readonly #share: number;
  readonly #retryAfterMs: number;
  readonly #clock: Clock;
  readonly #places: KeyPlaces;
  readonly #slots: RedisSlots;
  readonly #holdings: Holdings;
  /** No other process names its slots so. */
  readonly #process = randomBytes(9).toString('base64url');
  #named = 0;
  #limit: number;
  readonly #decided = { redis: 0, local: 0 };
  #allowed = 0;
  #denied = 0;
  #held = 0;
  #closed = false;

  /** Nothing is checked here. */
  constructor(options: Required<SharedConcurrencyLimiterOptions>) {
    const { name, limit, driver, termMs, timeoutMs, whenAway, localShare, maxKeys, retryAfterMs, clock } = options;
    this.name = name;
    this.#limit = limit;
    this.#termMs = termMs;
    this.#whenAway = whenAway;
    this.#share = localShare;
    this.#retryAfterMs = retryAfterMs;
    this.#clock = clock;
    this.#places = new KeyPlaces(maxKeys);
    this.#slots = new RedisSlots({ name, driver, timeoutMs, clock });
    this.#holdings = new Holdings({ name, slots: this.#slots, termMs, clock, limit: () => this.#limit });
  }

  get limit(): number {
    return this.#limit;
  }

  async acquire(key: RateKey): Promise<SharedConcurrencySlot> {
    if (this.#closed) throw this.#closedError();
    const text = encodeRateKey(key);
    if (!this.#places.ask(text)) return this.#refuse(0, 'keys', 'local');
    return this.#slots.pending.add(this.#ask(text));
  }

  setLimit(limit: number): void {
    if (this.#closed) throw this.#closedError();
    this.#limit = checkSlotLimit(limit);
  }

  stats(): SharedConcurrencyLimiterStats {
    const { state, lastFailure } = this.#slots;
    const counts = { allowed: this.#allowed, denied: this.#denied, decided: { ...this.#decided } };
    const own = { held: this.#held, lost: this.#holdings.lost, keys: this.#places.size };
    return { ...counts, ...own, redis: state, lastFailure };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#holdings.close(this.#closedError());
    await this.#slots.pending.over();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #closedError(): Error {
    return RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_CLOSED', { limiter: this.name });
  }

  async #ask(text: string): Promise<SharedConcurrencySlot> {
    const slot = `${this.#process}.${(this.#named++).toString(36)}/${this.#termMs}`;
    // Redis counts the term from when it hears of it, which is later.
    const endsMs = this.#clock.now() + this.#termMs;
    const giveBack = (): unknown => this.#holdings.drop(text, slot);
    const answer = await this.#slots.ask({ what: 'hold', key: text, slot }, this.#limit, giveBack);
    const given = answer?.done === true && !this.#closed && !this.#holdings.isOver(endsMs);
    if (answer?.done && !given) giveBack();
    if (this.#closed) {
      this.#places.answered(text, false);
      throw this.#closedError();
    }
    if (given) return this.#give(new Holding(text, slot, false, endsMs), answer.inUse);
    if (answer === undefined || answer.done) return this.#askNobody(text, slot);
    this.#places.answered(text, false);
    return this.#refuse(answer.inUse, 'limit', 'redis');
  }

  /** Decides while Redis is away. */
  #askNobody(text: string, slot: string): SharedConcurrencySlot {
    const own = this.#places.held(text);
    const share = Math.max(1, Math.floor(this.#limit * this.#share));
    if (this.#whenAway === 'open' || (this.#whenAway === 'local' && own < share)) {
      return this.#give(new Holding(text, `l${slot}`, true, this.#clock.now()), own + 1);
    }
    this.#places.answered(text, false);
    return this.#refuse(own, this.#whenAway === 'closed' ? 'away' : 'limit', 'local');
  }

  #give(holding: Holding, inUse: number): SharedConcurrencySlot {
    const by = holding.local ? 'local' : 'redis';
    this.#places.answered(holding.key, true);
    this.#held++;
    this.#holdings.add(holding);
    const release = (): Promise<boolean> => this.#release(holding);
    const slot = new SharedSlot({ limit: this.#limit, inUse, by, holding, release });
    this.#allowed++;
    this.#tell(by, 'allowed');
    return slot;
  }

  async #release(holding: Holding): Promise<boolean> {
    this.#places.released(holding.key);
    this.#held--;
    // What was held when the limiter was closed has been given back then, as far as Redis heard of it.
    return this.#closed ? false : this.#holdings.release(holding);
  }

  #refuse(inUse: number, refusal: RefusedSlot['refusal'], by: RefusedSlot['by']): SharedConcurrencySlot {
    const slot = new NoSharedSlot({ limit: this.#limit, inUse, retryAfterMs: this.#retryAfterMs, refusal, by });
    this.#denied++;
    this.#tell(by, 'denied');
    return slot;
  }

  #tell(by: 'redis' | 'local', outcome: 'allowed' | 'denied'): void {
    this.#decided[by]++;
    if (rateCheck.hasSubscribers) rateCheck.publish({ name: this.name, rule: RULE, outcome });
  }
}
