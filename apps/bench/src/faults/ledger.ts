/** A signal as a writer sent it and as the service shows it. Its rate is the number of the write, so that it is known again. */
export interface Written {
  readonly rate: number;
  readonly userId: number;
}

interface Shown {
  readonly id: number;
  readonly currentRate: number;
}

/** How many of a user's newest signals a read shows. */
export const PAGE = 50;
/** How many of them the audit at the end reads: the most that the service shows at once. */
export const AUDITED = 100;
/** Far above every rate of a seeded signal, so that a signal of the drill is known by its rate. */
const FIRST_RATE = 5_000_000;

/** What the writers of a drill sent, and which of it was acknowledged. */
export class Ledger {
  readonly #sent = new Map<number, Written>();
  readonly #acknowledged = new Set<number>();
  readonly #sentBy = new Map<number, number>();

  /**
   * A new write of `userId`, not acknowledged yet. Refuses more than an audit can read: what is not acknowledged may be
   * stored too, and would push what is out of the page.
   */
  send(userId: number): Written {
    const sent = this.#sentBy.get(userId) ?? 0;
    if (sent === AUDITED) throw new RangeError(`user ${userId} sent ${sent} signals, and no audit reads more`);
    this.#sentBy.set(userId, sent + 1);
    const written = { rate: FIRST_RATE + this.#sent.size, userId };
    this.#sent.set(written.rate, written);
    return written;
  }

  acknowledge({ rate }: Written): void {
    this.#acknowledged.add(rate);
  }

  /** The acknowledged rates of `userId` so far. */
  acknowledgedOf(userId: number): readonly number[] {
    return [...this.#acknowledged].filter((rate) => this.#sent.get(rate)?.userId === userId);
  }

  /**
   * Why a page of the newest signals of `userId` is not what it must be, or undefined. `before` is what had been
   * acknowledged when the page was asked for: all of it must show, once; nothing may show that nobody sent.
   */
  mismatch(userId: number, before: readonly number[], items: readonly Shown[]): string | undefined {
    const ids = items.map(({ id }) => id);
    if (ids.some((id, index) => index > 0 && id >= (ids[index - 1] as number))) return 'the signals are out of order';
    return this.#misshown(userId, before.length > PAGE ? [] : before, items);
  }

  /** The same for all signals of `userId` at the end of the drill. */
  audit(userId: number, items: readonly Shown[]): string | undefined {
    return this.#misshown(userId, this.acknowledgedOf(userId), items);
  }

  #misshown(userId: number, wanted: readonly number[], items: readonly Shown[]): string | undefined {
    const shown = items.map(({ currentRate }) => currentRate).filter((rate) => rate >= FIRST_RATE);
    const once = new Set(shown);
    if (once.size < shown.length) return 'a signal was stored twice';
    const strange = shown.find((rate) => this.#sent.get(rate)?.userId !== userId);
    if (strange !== undefined) return `signal ${strange} was not sent by user ${userId}`;
    const lost = wanted.find((rate) => !once.has(rate));
    return lost === undefined ? undefined : `signal ${lost} was acknowledged and does not show`;
  }
}
