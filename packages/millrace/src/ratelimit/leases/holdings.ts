import type { Clock, Timer } from '../../core/index.ts';
import { Holding, type Lease } from './holding.ts';

/** Keys looked at, the oldest first, for one whose place can be had. */
const LOOKS = 8;

/** What this process holds, by key, in the order in which it was leased. One timer finds what is over. */
export class Holdings {
  readonly #most: number;
  readonly #termMs: number;
  readonly #clock: Clock;
  readonly #giveBack: (key: string, lease: Lease) => void;
  readonly #holdings = new Map<string, Holding>();
  #timer: Timer | undefined;

  constructor(most: number, termMs: number, clock: Clock, giveBack: (key: string, lease: Lease) => void) {
    this.#most = most;
    this.#termMs = termMs;
    this.#clock = clock;
    this.#giveBack = giveBack;
  }

  get size(): number {
    return this.#holdings.size;
  }

  get units(): number {
    let sum = 0;
    for (const { units } of this.#holdings.values()) sum += units;
    return sum;
  }

  find(key: string): Holding | undefined {
    return this.#holdings.get(key);
  }

  /** The place of a key, taken if need be; undefined when there is none to be had. */
  open(key: string, nowMs: number): Holding | undefined {
    const found = this.#holdings.get(key);
    if (found !== undefined) return found;
    if (this.#holdings.size >= this.#most && !this.#makeRoom()) return undefined;
    const holding = new Holding(key, nowMs);
    this.#holdings.set(key, holding);
    this.#watch();
    return holding;
  }

  /** Keeps a lease; the key is now the newest. */
  keep(holding: Holding, lease: Lease, nowMs: number): void {
    holding.add(lease);
    holding.renewedMs = nowMs;
    this.#holdings.delete(holding.key);
    this.#holdings.set(holding.key, holding);
  }

  /** Gives back what is over. */
  lapse(holding: Holding, nowMs: number): void {
    for (const lease of holding.lapse(nowMs)) this.#giveBack(holding.key, lease);
  }

  /** Gives back everything. */
  close(): void {
    this.#timer?.cancel();
    for (const holding of this.#holdings.values()) this.lapse(holding, Number.POSITIVE_INFINITY);
    this.#holdings.clear();
  }

  #makeRoom(): boolean {
    let looks = LOOKS;
    for (const holding of this.#holdings.values()) {
      if (looks-- === 0) return false;
      if (holding.asking) continue;
      this.lapse(holding, Number.POSITIVE_INFINITY);
      this.#holdings.delete(holding.key);
      return true;
    }
    return false;
  }

  #watch(): void {
    this.#timer ??= this.#clock.schedule(this.#termMs, () => this.#sweep(), { keepAlive: false });
  }

  #sweep(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.now();
    for (const holding of this.#holdings.values()) {
      if (nowMs - holding.renewedMs < this.#termMs) break;
      if (holding.asking) continue;
      this.lapse(holding, nowMs);
      this.#holdings.delete(holding.key);
    }
    if (this.#holdings.size > 0) this.#watch();
  }
}
