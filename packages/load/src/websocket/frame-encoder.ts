import type { Random } from 'millrace/core';
import { FIN, LENGTH_16, LENGTH_64, MASK_BIT } from './frame-format.ts';

const SLAB_BYTES = 16_384;
/** Before the payload: the longest header, rounded up so that mask and payload lie on whole words. */
const HEAD_BYTES = 16;
const MASK_AT = 12;
const MASKS = 0x1_0000_0000;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Writes the masked frames of a client (RFC 6455 sections 5.2 and 5.3) into memory of its own.
 *
 * The payload is put on a word boundary with its mask before it, masked word by word in place, and the header is
 * written backwards from the mask, so a text needs no pass to learn its length in bytes first. A frame that has gone
 * out leaves its place to the next one: small frames that the system takes at once cost no memory at all.
 */
export class FrameEncoder {
  readonly #random: Random;
  #slab: Buffer = EMPTY;
  #words: Int32Array = new Int32Array();
  /** Where the next frame goes; a multiple of the word. */
  #at = 0;
  #next = 0;
  #start = 0;
  #end = 0;
  #view: Buffer = EMPTY;

  /** @param random where masks come from. They are no secret here: the peer is the service under test. */
  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * The frame, valid until the next call; {@link FrameEncoder.release} lets it stay valid.
   * @param opcode with the reserved bits of an extension, if one is agreed.
   * @param isLast false for a fragment that others follow.
   */
  encode(opcode: number, payload: string | Uint8Array, isLast = true): Buffer {
    const length = this.#place(payload);
    const start = this.#at;
    const word = (start + MASK_AT) >> 2;
    const mask = this.#random.int(MASKS) | 0;
    const words = this.#words;
    words[word] = mask;
    // What stands behind the end within the last word is nobody's.
    const last = word + ((length + 3) >> 2);
    for (let at = word + 1; at <= last; at++) words[at] = (words[at] as number) ^ mask;
    const from = this.#header(isLast ? opcode | FIN : opcode, length);
    return this.#frame(from, start + HEAD_BYTES + length);
  }

  /** The last frame is still needed: the next one goes elsewhere. */
  release(): void {
    this.#at = this.#next;
    this.#start = -1;
  }

  /** Copies the payload in. Returns its length in bytes. */
  #place(payload: string | Uint8Array): number {
    if (typeof payload !== 'string') {
      this.#reserve(payload.length);
      this.#slab.set(payload, this.#at + HEAD_BYTES);
      return payload.length;
    }
    const most = payload.length * 3;
    this.#reserve(most > SLAB_BYTES >> 2 ? Buffer.byteLength(payload) : most);
    return this.#slab.write(payload, this.#at + HEAD_BYTES);
  }

  #reserve(length: number): void {
    const needed = HEAD_BYTES + length + 3;
    if (this.#at + needed <= this.#slab.length) return;
    this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, (needed + 3) & ~3));
    this.#words = new Int32Array(this.#slab.buffer);
    this.#at = 0;
    this.#start = -1;
  }

  /** Writes the header so that it ends with the mask. Returns where it starts. */
  #header(first: number, length: number): number {
    const slab = this.#slab;
    const mask = this.#at + MASK_AT;
    if (length < LENGTH_16) {
      slab[mask - 1] = MASK_BIT | length;
      slab[mask - 2] = first;
      return mask - 2;
    }
    if (length < 0x1_0000) {
      slab.writeUInt16BE(length, mask - 2);
      slab[mask - 3] = MASK_BIT | LENGTH_16;
      slab[mask - 4] = first;
      return mask - 4;
    }
    slab.writeUInt32BE(0, mask - 8);
    slab.writeUInt32BE(length, mask - 4);
    slab[mask - 9] = MASK_BIT | LENGTH_64;
    slab[mask - 10] = first;
    return mask - 10;
  }

  /** A view of the range; the one made last, when it is the same range again. */
  #frame(start: number, end: number): Buffer {
    this.#next = (end + 3) & ~3;
    if (start === this.#start && end === this.#end) return this.#view;
    this.#start = start;
    this.#end = end;
    this.#view = this.#slab.subarray(start, end);
    return this.#view;
  }
}
