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
  #parts: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Copies the bytes: the reader's buffer is shared. */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.overflown || start === end) return;
    this.#length += end - start;
    if (this.#length > this.#maxBytes) {
      this.overflown = true;
      this.#parts = [];
    } else {
      this.#parts.push(Buffer.from(bytes.subarray(start, end)));
    }
  }

  /** The body, its coding undone; empty once it has overflown. @throws MILLRACE_LOAD_BODY_CODING */
  bytes(): Buffer {
    if (this.#parts.length !== 1) this.#parts = [Buffer.concat(this.#parts)];
    const [bytes] = this.#parts as [Buffer];
    if (this.coding === undefined || bytes.length === 0) return bytes;
    const decoded = decodeContent(bytes, this.coding, this.#maxBytes);
    this.#parts = [decoded];
    this.coding = undefined;
    this.decodedBytes = decoded.length;
    return decoded;
  }

  /** The same as UTF-8 text. @throws MILLRACE_LOAD_BODY_CODING */
  text(): string {
    return this.bytes().toString();
  }
}
