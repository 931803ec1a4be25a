import type { RateDecision } from '../rate-decision.ts';

interface Denial {
  readonly decision: RateDecision;
  /** When it was asked for, in milliseconds. */
  readonly atMs: number;
}

/**
 * Denials that still hold: until their time is over there is no need to ask again for as much or more. Times are reckoned
 * from the question, not from the answer, so that nobody is kept longer than Redis said. Bounded: the oldest give way, which
 * costs a question.
 */
export class Denials {
  readonly #most: number;
  readonly #denials = new Map<string, Denial>();

  constructor(most: number) {
    this.#most = most;
  }

  keep(key: string, decision: RateDecision, atMs: number): void {
    if (!Number.isFinite(decision.retryAfterMs)) return;
    this.#denials.delete(key);
    this.#denials.set(key, { decision, atMs });
    if (this.#denials.size <= this.#most) return;
    for (const oldest of this.#denials.keys()) {
      this.#denials.delete(oldest);
      break;
    }
  }

  /** The denial that this question would meet, with its times as of now. */
  find(key: string, cost: number, nowMs: number): RateDecision | undefined {
    const found = this.#denials.get(key);
    if (found === undefined) return undefined;
    const { decision, atMs } = found;
    const passedMs = nowMs - atMs;
    if (passedMs >= decision.retryAfterMs) this.#denials.delete(key);
    if (passedMs >= decision.retryAfterMs || cost < decision.cost) return undefined;
    return {
      ...decision,
      cost,
      retryAfterMs: Math.ceil(decision.retryAfterMs - passedMs),
      resetMs: Math.max(0, Math.ceil(decision.resetMs - passedMs)),
    };
  }

  forget(key: string): void {
    this.#denials.delete(key);
  }

  clear(): void {
    this.#denials.clear();
  }
}
