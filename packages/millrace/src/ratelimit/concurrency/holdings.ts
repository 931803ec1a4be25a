import type { Clock, Timer } from '../../core/index.ts';
import { RATELIMIT_ERRORS } from '../errors.ts';
import type { Holding } from './holding.ts';
import type { RedisSlots, SlotAnswer, SlotQuestion } from './redis-slots.ts';

/** What {@link Holdings} takes. */
export interface HoldingsOptions {
  readonly name: string;
  readonly slots: RedisSlots;
  readonly termMs: number;
  readonly clock: Clock;
  readonly limit: () => number;
}

/** A question about a slot that is held, or, without `holding`, about one that is to be given back. */
interface HoldingQuestion extends SlotQuestion {
  readonly holding?: Holding;
}

interface Owed {
  readonly key: string;
  readonly slot: string;
  /** Redis has ended it by then. */
  readonly endsMs: number;
}

/** So often in a term it is looked what is to be renewed. */
const LOOKS = 8;
/** What ends within so many looks is lost: its holder has half of one to stop at least. */
const LOST_LOOKS = 1.5;
/** What ends within this part of a term is renewed. */
const DUE = 0.75;
const LONGEST_ANSWER_MS = 5_000;

/**
 * What this process holds: one timer renews all of it, tells who has lost a slot, and gives back what could not be given
 * back at once. While nothing is held there is none.
 */
export class Holdings {
  readonly #name: string;
  readonly #slots: RedisSlots;
  readonly #termMs: number;
  readonly #lookMs: number;
  readonly #answerMs: number;
  readonly #clock: Clock;
  readonly #limit: () => number;
  readonly #held = new Set<Holding>();
  readonly #owed = new Map<string, Owed>();
  #timer: Timer | undefined;
  #lost = 0;
  #closed = false;

  constructor({ name, slots, termMs, clock, limit }: HoldingsOptions) {
    this.#name = name;
    this.#slots = slots;
    this.#termMs = termMs;
    this.#lookMs = termMs / LOOKS;
    this.#answerMs = Math.min(LONGEST_ANSWER_MS, Math.ceil(termMs / 2));
    this.#clock = clock;
    this.#limit = limit;
  }

  /** How many have been lost. */
  get lost(): number {
    return this.#lost;
  }

  /** Whether a slot that ends then would be lost now. */
  isOver(endsMs: number): boolean {
    return this.#clock.now() + LOST_LOOKS * this.#lookMs > endsMs;
  }

  add(holding: Holding): void {
    this.#held.add(holding);
    this.#watch();
  }

  /** Holds it no longer. True when Redis has heard that; else it is told again until the slot ends by itself. */
  async release(holding: Holding): Promise<boolean> {
    this.#held.delete(holding);
    holding.released = true;
    return holding.asked ? this.drop(holding.key, holding.slot) : true;
  }

  /** Gives back a slot, now or later. */
  async drop(key: string, slot: string): Promise<boolean> {
    const endsMs = this.#clock.now() + this.#termMs;
    const answer = await this.#slots.ask({ what: 'drop', key, slot }, 1);
    if (answer !== undefined) return true;
    if (this.#closed) return false;
    this.#owed.set(slot, { key, slot, endsMs });
    this.#watch();
    return false;
  }

  /** Gives back everything, as far as Redis hears of it, and tells the holders why. */
  async close(why: Error): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    const held = [...this.#held];
    this.#held.clear();
    const questions = [...held.filter(({ asked }) => asked), ...this.#owed.values()].map(dropOf);
    this.#owed.clear();
    for (const holding of held) holding.lose(why);
    await this.#slots.askAll(questions, 1, this.#answerMs, () => {});
  }

  #watch(): void {
    if (this.#timer !== undefined || this.#closed || this.#held.size + this.#owed.size === 0) return;
    // After a pause of this process what Redis has said meanwhile is heard first.
    const look = (): unknown => setImmediate(() => this.#look());
    this.#timer = this.#clock.schedule(this.#lookMs, look, { keepAlive: false });
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#closed) return;
    const nowMs = this.#clock.now();
    const questions: HoldingQuestion[] = [];
    for (const holding of this.#held) {
      const { key, slot, local, endsMs } = holding;
      if (!local && this.isOver(endsMs)) this.#lose(holding);
      else if (endsMs - nowMs <= DUE * this.#termMs) {
        questions.push({ what: local ? 'join' : 'hold', key, slot, holding });
      }
    }
    for (const owed of this.#owed.values()) {
      if (nowMs >= owed.endsMs) this.#owed.delete(owed.slot);
      else questions.push(dropOf(owed));
    }
    if (questions.length > 0 && this.#slots.state !== 'away') this.#ask(questions, nowMs);
    this.#watch();
  }

  #ask(questions: readonly HoldingQuestion[], nowMs: number): void {
    for (const { holding } of questions) if (holding !== undefined) holding.asked = true;
    void this.#slots.askAll(questions, this.#limit(), this.#answerMs, (question, answer) => {
      if (answer === undefined) return;
      if (question.holding === undefined) this.#owed.delete(question.slot);
      else this.#renewed(question.holding, answer, nowMs);
    });
  }

  /** @param askedAtMs from then on at the latest the term counts */
  #renewed(holding: Holding, { done }: SlotAnswer, askedAtMs: number): void {
    // It was given back in between, and Redis may have heard the one before the other.
    if (holding.released && done) void this.drop(holding.key, holding.slot);
    if (!this.#held.has(holding)) return;
    if (done) holding.endsMs = Math.max(holding.endsMs, askedAtMs + this.#termMs);
    else this.#lose(holding);
  }

  /** It still counts in Redis until it ends there, or is released. */
  #lose(holding: Holding): void {
    this.#held.delete(holding);
    this.#lost++;
    holding.lose(RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_SLOT_LOST', { limiter: this.#name }));
  }
}

function dropOf({ key, slot }: { readonly key: string; readonly slot: string }): SlotQuestion {
  return { what: 'drop', key, slot };
}
