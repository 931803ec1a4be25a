import { COLON, CR, HEX, LF, SEMICOLON, SPACE, TAB, TEXT, TOKEN } from './byte-classes.ts';
import type { KeptBody } from './kept-body.ts';

const SIZE_FIRST = 0;
const SIZE = 1;
const SIZE_PAD = 2;
const EXTENSION = 3;
const SIZE_LF = 4;
const DATA = 5;
const DATA_CR = 6;
const DATA_LF = 7;
const TRAILER_FIRST = 8;
const TRAILER_NAME = 9;
const TRAILER_VALUE = 10;
const TRAILER_LF = 11;
const LAST_LF = 12;
const DONE = 13;

const MAX_SIZE = Number.MAX_SAFE_INTEGER / 16;

/** {@link ChunkedBody.push}: not chunked coding; {@link ChunkedBody.problem} says why. */
export const CHUNK_BROKEN: number = -1;

/**
 * The chunked coding (RFC 9112 section 7.1), one state a byte except in chunk data. Extensions and trailers are
 * checked for form and skipped; the overhead of one chunk, or of the end, may not exceed `maxOverhead` bytes.
 */
export class ChunkedBody {
  /** Bytes of chunk data so far. */
  bytes: number = 0;
  problem: string = '';
  readonly #maxOverhead: number;
  #state: number = SIZE_FIRST;
  #remaining = 0;
  #overhead = 0;

  constructor(maxOverhead: number) {
    this.#maxOverhead = maxOverhead;
  }

  get done(): boolean {
    return this.#state === DONE;
  }

  start(): void {
    this.#state = SIZE_FIRST;
    this.#remaining = 0;
    this.#overhead = 0;
    this.bytes = 0;
  }

  /** Takes in bytes up to the end of the body. Returns where it stopped, or {@link CHUNK_BROKEN}. */
  push(bytes: Uint8Array, start: number, end: number, kept: KeptBody | undefined): number {
    let at = start;
    while (at < end && this.#state !== DONE) {
      if (this.#state === DATA) {
        const stop = Math.min(end, at + this.#remaining);
        kept?.add(bytes, at, stop);
        this.bytes += stop - at;
        this.#remaining -= stop - at;
        at = stop;
        if (this.#remaining === 0) this.#state = DATA_CR;
      } else {
        const next = this.#step(bytes[at] as number);
        if (next < 0) return CHUNK_BROKEN;
        this.#state = next;
        at++;
      }
    }
    return at;
  }

  #step(byte: number): number {
    switch (this.#state) {
      case SIZE_FIRST:
        this.#overhead = 0;
        return HEX[byte] === 255 ? this.#broken('a chunk size is not hexadecimal') : this.#digit(byte);
      case SIZE:
        return HEX[byte] === 255 ? this.#afterSize(byte) : this.#digit(byte);
      case SIZE_PAD:
        return byte === CR ? this.#broken('space after a chunk size') : this.#afterSize(byte);
      case EXTENSION:
        if (byte === CR) return SIZE_LF;
        return TEXT[byte] === 1 ? this.#extra(EXTENSION) : this.#broken('a control byte in a chunk extension');
      case SIZE_LF:
        if (byte !== LF) return this.#broken('a CR without its LF after a chunk size');
        return this.#remaining === 0 ? TRAILER_FIRST : DATA;
      case DATA_CR:
        return byte === CR ? DATA_LF : this.#broken('chunk data longer than its size');
      case DATA_LF:
        return byte === LF ? SIZE_FIRST : this.#broken('a CR without its LF after chunk data');
      default:
        return this.#trailer(byte);
    }
  }

  #trailer(byte: number): number {
    switch (this.#state) {
      case TRAILER_FIRST:
        if (byte === CR) return LAST_LF;
        return TOKEN[byte] === 1 ? this.#extra(TRAILER_NAME) : this.#broken('a trailer name is not a token');
      case TRAILER_NAME:
        if (byte === COLON) return this.#extra(TRAILER_VALUE);
        return TOKEN[byte] === 1 ? this.#extra(TRAILER_NAME) : this.#broken('a trailer name is not a token');
      case TRAILER_VALUE:
        if (byte === CR) return TRAILER_LF;
        return TEXT[byte] === 1 ? this.#extra(TRAILER_VALUE) : this.#broken('a control byte in a trailer');
      case TRAILER_LF:
        return byte === LF ? TRAILER_FIRST : this.#broken('a CR without its LF in a trailer');
      default:
        return byte === LF ? DONE : this.#broken('a CR without its LF after the last chunk');
    }
  }

  #digit(byte: number): number {
    if (this.#remaining > MAX_SIZE) return this.#broken('a chunk size is too large');
    this.#remaining = this.#remaining * 16 + (HEX[byte] as number);
    return this.#extra(SIZE);
  }

  #afterSize(byte: number): number {
    if (byte === CR) return SIZE_LF;
    if (byte === SEMICOLON) return this.#extra(EXTENSION);
    if (byte === SPACE || byte === TAB) return this.#extra(SIZE_PAD);
    return this.#broken('a chunk size is not hexadecimal');
  }

  #extra(state: number): number {
    this.#overhead++;
    return this.#overhead > this.#maxOverhead ? this.#broken('chunk extensions or trailers too large') : state;
  }

  #broken(problem: string): number {
    this.problem = problem;
    return CHUNK_BROKEN;
  }
}
