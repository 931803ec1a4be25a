/** A slot that this process holds. */
export class Holding {
  readonly key: string;
  /** Its name in Redis: `ID/MS`. */
  readonly slot: string;
  /** Whether it was given without Redis, which is told of it later: then it is never lost. */
  readonly local: boolean;
  /** Whether Redis was ever asked about it. */
  asked: boolean;
  /** When it ends unless it is renewed, by the clock of this process: no later than Redis ends it. */
  endsMs: number;
  released = false;
  #lost = false;
  #why: unknown;
  /** Made when somebody looks. */
  #controller: AbortController | undefined;

  constructor(key: string, slot: string, local: boolean, endsMs: number) {
    this.key = key;
    this.slot = slot;
    this.local = local;
    this.asked = !local;
    this.endsMs = endsMs;
  }

  get lost(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#lost) this.#controller.abort(this.#why);
    }
    return this.#controller.signal;
  }

  lose(why: unknown): void {
    this.#lost = true;
    this.#why = why;
    this.#controller?.abort(why);
  }
}
