import type { Clock } from '../core/index.ts';

/** How long nothing may be heard while commands go unanswered. */
const SILENCE_MS = 3_000;
const MAX_ROUTES = 1_000;

/**
 * Tells a server that is slow from one that is gone without a word: the second answers nothing at all. The system would
 * notice after a quarter of an hour.
 */
export class Silence {
  readonly #clock: Clock;
  /** When the first command was sent after the last answer. */
  #since: number | undefined;
  #hasLate = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A command was sent. */
  asked(): void {
    this.#since ??= this.#clock.now();
  }

  /** Something was answered. */
  broken(): void {
    this.#since = undefined;
    this.#hasLate = false;
  }

  /** A command was given up. */
  late(): void {
    this.#hasLate = true;
  }

  get isOver(): boolean {
    return this.#hasLate && this.#since !== undefined && this.#clock.now() - this.#since >= SILENCE_MS;
  }
}

/** The silence of each server: in a Cluster one of them may be gone while the others answer. */
export class Silences {
  readonly #clock: Clock;
  readonly #byRoute = new Map<string, Silence>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** That of one server. */
  of(route = ''): Silence {
    let silence = this.#byRoute.get(route);
    if (silence === undefined) {
      if (this.#byRoute.size >= MAX_ROUTES) this.#byRoute.clear(); // Addresses of servers long gone.
      silence = new Silence(this.#clock);
      this.#byRoute.set(route, silence);
    }
    return silence;
  }

  /** Whether the connections are to be given up. Answers so once. */
  areOver(): boolean {
    const over = this.#byRoute.values().some(({ isOver }) => isOver);
    if (over) this.#byRoute.clear();
    return over;
  }
}
