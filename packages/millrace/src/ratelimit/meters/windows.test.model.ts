/* What came, unit by unit or window by window, and whether more fits, read off the whole history. Times in ticks. */

/** A list of times, cut to what lies in the last window. */
export class LogModel {
  readonly #limit: number;
  readonly #window: number;
  #times: number[] = [];

  constructor(limit: number, window: number) {
    this.#limit = limit;
    this.#window = window;
  }

  fits(now: number, cost: number): boolean {
    return this.#live(now).length + cost <= this.#limit;
  }

  add(now: number, cost: number): void {
    const live = this.#live(now);
    this.#times = [...live, ...new Array<number>(cost).fill(now)].slice(-this.#limit);
  }

  back(now: number, since: number, units: number): void {
    let left = units;
    this.#times = this.#live(now).filter((time) => time !== since || left-- <= 0);
  }

  remaining(now: number): number {
    return this.#limit - this.#live(now).length;
  }

  #live(now: number): number[] {
    return this.#times.filter((time) => now - time < this.#window);
  }
}

/** Every window that there ever was, with its count. */
export class CountModel {
  readonly #limit: number;
  readonly #window: number;
  readonly #slides: boolean;
  #began = 0;
  #counts = new Map<number, number>();

  constructor(limit: number, window: number, slides: boolean) {
    this.#limit = limit;
    this.#window = window;
    this.#slides = slides;
  }

  fits(now: number, cost: number): boolean {
    return this.#scaled(now) + BigInt(cost) * BigInt(this.#window) <= BigInt(this.#limit) * BigInt(this.#window);
  }

  add(now: number, cost: number): void {
    if (this.#scaled(now) === 0n && this.#count(now, 0) === 0) {
      this.#began = now;
      this.#counts.clear();
    }
    this.#counts.set(this.#index(now), Math.min(this.#count(now, 0) + cost, 2 * this.#limit));
  }

  back(now: number, since: number, units: number): void {
    const ago = this.#index(now) - this.#index(since);
    if (ago <= (this.#slides ? 1 : 0)) this.#counts.set(this.#index(since), Math.max(0, this.#count(now, ago) - units));
  }

  remaining(now: number): number {
    const free = BigInt(this.#limit) * BigInt(this.#window) - this.#scaled(now);
    return free < 0n ? 0 : Number(free / BigInt(this.#window));
  }

  /** What counts now, times the window. */
  #scaled(now: number): bigint {
    const passed = now - this.#began - this.#index(now) * this.#window;
    const current = BigInt(this.#count(now, 0)) * BigInt(this.#window);
    return this.#slides ? current + BigInt(this.#count(now, 1)) * BigInt(this.#window - passed) : current;
  }

  #index(now: number): number {
    return Math.floor((now - this.#began) / this.#window);
  }

  #count(now: number, ago: number): number {
    return this.#counts.get(this.#index(now) - ago) ?? 0;
  }
}
