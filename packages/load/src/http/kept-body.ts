import { GrowingBytes } from '../bytes/index.ts';
import { decodeContent } from './content-coding.ts';

/** The bytes of a body that a step wants to read, up to a bound. */
export class KeptBody {
  /** True once the body was longer than the bound; what came before is dropped. */
  overflown: boolean = false;
  /** Value of Content-Encoding; undefined without one. */
  coding: string | undefined;
  /** Length after its coding was undone; 0 until it is read, and for a body without a coding. */
  decodedBytes: number = 0;
  readonly #maxBytes: number;
  /** The body as long as it has come in one piece, as most do; then undone of its coding. */
  #whole: Buffer | undefined;
  readonly #pieces: GrowingBytes = new GrowingBytes();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Copies the bytes: the reader's buffer is shared. */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.overflown || start === end) return;
    const length = (this.#whole ?? this.#pieces).length;
    const first = this.#whole;
    this.#whole = undefined;
    this.overflown = length + end - start > this.#maxBytes;
    if (this.overflown) this.#pieces.clear();
    else if (length === 0) this.#whole = Buffer.from(bytes.subarray(start, end));
    else {
      if (first !== undefined) this.#pieces.add(first, 0, first.length);
      this.#pieces.add(bytes, start, end);
    }
  }

  /** The body, its coding undone; empty once it has overflown. @throws MILLRACE_LOAD_BODY_CODING */
  bytes(): Buffer {
    const bytes = this.#whole ?? this.#pieces.bytes.subarray(0, this.#pieces.length);
    if (this.coding === undefined || bytes.length === 0) return bytes;
    this.#whole = decodeContent(bytes, this.coding, this.#maxBytes);
    this.#pieces.clear();
    this.coding = undefined;
    this.decodedBytes = this.#whole.length;
    return this.#whole;
  }

  /** The same as UTF-8 text. @throws MILLRACE_LOAD_BODY_CODING */
  text(): string {
    return this.bytes().toString();
  }
}
