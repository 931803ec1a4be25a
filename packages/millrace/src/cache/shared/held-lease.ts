import { type Clock, MillraceError, type Timer } from '../../core/index.ts';
import type { Lease, SharedStore, SharedValue } from './shared-store.ts';

/** For so long nobody waits for others when what was loaded cannot be written. */
const UNFIT_MS = 1_000;

/** A lease, renewed until it is given back, once. */
export class HeldLease {
  readonly #store: SharedStore;
  readonly #lease: Lease;
  readonly #clock: Clock;
  readonly #renewMs: number;
  #timer: Timer;
  #isGone = false;

  constructor(store: SharedStore, lease: Lease, clock: Clock, renewMs: number) {
    this.#store = store;
    this.#lease = lease;
    this.#clock = clock;
    this.#renewMs = renewMs;
    this.#timer = this.#later();
  }

  async release(why: 'failing' | 'alone' | 'nothing', forMs: number): Promise<void> {
    if (this.#end()) await this.#store.release(this.#lease, why, forMs);
  }

  /** A value that cannot be shared frees the key all the same; the next one could not either, so nobody waits for it. */
  async fill(value: SharedValue): Promise<void> {
    if (!this.#end()) return;
    try {
      await this.#store.fill(this.#lease, value);
    } catch (error) {
      const isUnfit = error instanceof MillraceError && error.code.startsWith('MILLRACE_CACHE_');
      await this.#store.release(this.#lease, isUnfit ? 'alone' : 'nothing', isUnfit ? UNFIT_MS : 0);
    }
  }

  #end(): boolean {
    if (this.#isGone) return false;
    this.#isGone = true;
    this.#timer.cancel();
    return true;
  }

  #later(): Timer {
    return this.#clock.schedule(this.#renewMs, () => void this.#renew(), { keepAlive: false });
  }

  async #renew(): Promise<void> {
    const held = await this.#store.renew(this.#lease).catch(() => true);
    if (held && !this.#isGone) this.#timer = this.#later();
  }
}
