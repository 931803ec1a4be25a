import type { Clock, Timer } from '../../core/index.ts';
import type { RevocationFollower } from './revocation-follower.ts';
import type { RevocationFeed, RevocationHints } from './revocation-log.ts';

/** What {@link RevocationRounds} takes. */
export interface RoundsOptions {
  readonly follower: RevocationFollower;
  readonly clock: Clock;
  readonly listen: RevocationFeed | undefined;
  readonly pollMs: number;
  /** 0: never. */
  readonly pruneEveryMs: number;
  readonly prune: () => Promise<unknown>;
  /** Called after each round. */
  readonly sweep: () => void;
}

/** How often the log is read while the hints that should come do not, unless it is read more often anyway. */
const UNHEARD_POLL_MS = 250;

/** Reads the log when a hint comes, and every so often whether one comes or not. */
export class RevocationRounds implements RevocationHints {
  readonly #options: RoundsOptions;
  readonly #feed: { close(): Promise<void> } | undefined;
  #isHeard = false;
  #poll: Timer | undefined;
  #pruneAt: number;
  #isClosed = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#pruneAt = options.clock.now() + options.pruneEveryMs;
    this.#feed = options.listen?.(this);
    void this.#round();
  }

  /** Whether hints come. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  appended(position: number): void {
    if (!this.#isClosed) this.#options.follower.hint(position);
  }

  listening(): void {
    if (this.#isClosed || this.#isHeard) return;
    this.#isHeard = true;
    // What was appended before anybody listened was not told.
    this.#options.follower.beStrict();
  }

  lost(): void {
    if (this.#isClosed || !this.#isHeard) return;
    this.#isHeard = false;
    this.#options.follower.noteGap('feed-lost');
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#poll?.cancel();
    await this.#feed?.close();
  }

  async #round(): Promise<void> {
    const { follower, sweep } = this.#options;
    await follower.catchUp().catch(() => {});
    if (this.#isClosed) return;
    sweep();
    this.#pruneWhenDue();
    this.#schedule();
  }

  #schedule(): void {
    const { follower, clock, pollMs } = this.#options;
    const isDeaf = this.#feed !== undefined && !this.#isHeard;
    const quietMs = isDeaf ? Math.min(pollMs, UNHEARD_POLL_MS) : pollMs;
    const delayMs = follower.retryAt === -Infinity ? quietMs : Math.max(0, follower.retryAt - clock.now());
    this.#poll?.cancel();
    this.#poll = clock.schedule(delayMs, () => void this.#round(), { keepAlive: false });
  }

  /** Every process does it, so none has to be there. What fails is done the next time. */
  #pruneWhenDue(): void {
    const { clock, pruneEveryMs, prune } = this.#options;
    if (pruneEveryMs === 0 || clock.now() < this.#pruneAt) return;
    this.#pruneAt = clock.now() + pruneEveryMs;
    prune().catch(() => {});
  }
}
