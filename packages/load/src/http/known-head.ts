import { ResponseHead } from './response-head.ts';

const MAX_BYTES = 512;
/** Of so many heads in a row that were not the known one, one is remembered: most of those never come again. */
const REMEMBER_EVERY = 8;

/**
 * The head of an earlier response, to know it again. A service under load repeats its heads, but for the second in
 * `Date`; comparing bytes costs a third of parsing them. What a head means depends on its bytes alone, so nothing is
 * taken on trust.
 */
export class KnownHead {
  /** What it says. */
  head: ResponseHead = new ResponseHead();
  readonly #bytes: Uint8Array = new Uint8Array(MAX_BYTES);
  #length = 0;
  #misses = 0;

  /** Where the known head ends when `bytes` begin with it, else 0. */
  match(bytes: Uint8Array, length: number): number {
    const known = this.#bytes;
    const end = this.#length;
    if (end > length) return 0;
    for (let at = 0; at < end; at++) {
      if (bytes[at] !== known[at]) return 0;
    }
    this.#misses = 0;
    return end;
  }

  /** The first `end` bytes turned out to be `head`. Gives back the head it knew before when it takes this one instead. */
  learn(bytes: Uint8Array, end: number, head: ResponseHead): ResponseHead {
    if (this.#misses++ % REMEMBER_EVERY !== 0 || end > MAX_BYTES) return head;
    for (let at = 0; at < end; at++) this.#bytes[at] = bytes[at] as number;
    this.#length = end;
    const before = this.head;
    this.head = head;
    return before;
  }
}
