const FIRST_BYTES = 256;
const EMPTY: Buffer = Buffer.alloc(0);

/** Bytes gathered from pieces. Room doubles as they come, so that a length somebody only claims costs nothing. */
export class GrowingBytes {
  /** What was gathered stands in the first {@link GrowingBytes.length} bytes. */
  bytes: Buffer = EMPTY;
  length: number = 0;

  /** Copies the bytes: a reader's buffer is shared. The bound is the caller's. */
  add(source: Uint8Array, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, needed, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    // A loop costs less than a view for the few bytes that a cut usually leaves.
    if (end - start < 32) for (let at = start; at < end; at++) this.bytes[this.length++] = source[at] as number;
    else this.bytes.set(source.subarray(start, end), this.length);
    this.length = needed;
  }

  /** Lets go of the memory: most connections wait most of the time. */
  clear(): void {
    this.bytes = EMPTY;
    this.length = 0;
  }
}
