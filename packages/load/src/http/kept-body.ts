/** The bytes of a body that a step wants to read, up to a bound. */
export class KeptBody {
  /** True once the body was longer than the bound; what came before is dropped. */
  overflown: boolean = false;
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

  /** The body as it came; empty once it has overflown. */
  bytes(): Buffer {
    return this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
  }

  /** The body as UTF-8 text. */
  text(): string {
    return this.bytes().toString();
  }
}
