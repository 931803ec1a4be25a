/*
 * MessagePack can ask its reader for more than data: msgpackr makes functions of records, calls constructors that
 * extensions name, and reserves arrays of the length that is claimed. So the bytes are walked first, and only those that
 * hold plain data within their own length are read.
 */

/** Deeper is not written either. */
const MAX_DEPTH = 510;

/** How many bytes follow a token of fixed size. */
const FIXED: ReadonlyMap<number, number> = new Map([
  ...[0xc0, 0xc2, 0xc3].map((token) => [token, 0] as const), // nil, false, true
  ...[0xcc, 0xd0].map((token) => [token, 1] as const), // numbers of 8 bits
  ...[0xcd, 0xd1].map((token) => [token, 2] as const),
  ...[0xca, 0xce, 0xd2].map((token) => [token, 4] as const),
  ...[0xcb, 0xcf, 0xd3].map((token) => [token, 8] as const),
]);

type Kind = 'bytes' | 'array' | 'map' | 'extension';

/** What follows a token, and in how many bytes its length is written. */
const SIZED: ReadonlyMap<number, readonly [Kind, number]> = new Map([
  ...widths('bytes', [0xc4, 0xc5, 0xc6], 1),
  ...widths('extension', [0xc7, 0xc8, 0xc9], 1),
  ...widths('bytes', [0xd9, 0xda, 0xdb], 1), // text
  ...widths('array', [0xdc, 0xdd], 2),
  ...widths('map', [0xde, 0xdf], 2),
]);

/** Each token's length takes twice as many bytes as that of the one before. */
function widths(kind: Kind, tokens: readonly number[], first: number): [number, readonly [Kind, number]][] {
  return tokens.map((token, index) => [token, [kind, first * 2 ** index]]);
}

const UNDEFINED = 0x00;
const SET = 0x73;
const TYPED_ARRAY = 0x74;
/** Kinds of them; msgpackr counts raw memory after those. */
const TYPED_ARRAYS = 11;
const TIME = 0xff;

/** Whether the bytes are exactly one value of plain data. */
export function isPlainMessagePack(bytes: Buffer): boolean {
  return new Scan(bytes).isPlain();
}

class Scan {
  readonly #bytes: Buffer;
  #at = 0;
  #depth = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  isPlain(): boolean {
    return this.#value() && this.#at === this.#bytes.length;
  }

  #value(): boolean {
    const token = this.#bytes[this.#at++];
    if (token === undefined) return false;
    if (token <= 0x7f || token >= 0xe0) return true; // small whole numbers
    if (token <= 0x8f) return this.#map(token & 0x0f);
    if (token <= 0x9f) return this.#array(token & 0x0f);
    if (token <= 0xbf) return this.#skip(token & 0x1f); // short text
    if (token >= 0xd4 && token <= 0xd8) return this.#extension(2 ** (token - 0xd4));
    const size = FIXED.get(token);
    if (size !== undefined) return this.#skip(size);
    const sized = SIZED.get(token);
    return sized !== undefined && this.#sized(...sized);
  }

  #sized(kind: Kind, width: number): boolean {
    const length = this.#length(width);
    if (length === undefined) return false;
    if (kind === 'bytes') return this.#skip(length);
    if (kind === 'array') return this.#array(length);
    return kind === 'map' ? this.#map(length) : this.#extension(length);
  }

  #length(width: number): number | undefined {
    const from = this.#at;
    return this.#skip(width) ? this.#bytes.readUIntBE(from, width) : undefined;
  }

  #skip(count: number): boolean {
    this.#at += count;
    return this.#at <= this.#bytes.length;
  }

  #array(length: number): boolean {
    if (length > this.#bytes.length - this.#at || ++this.#depth > MAX_DEPTH) return false;
    for (let i = 0; i < length; i++) if (!this.#value()) return false;
    this.#depth--;
    return true;
  }

  #map(length: number): boolean {
    if (length * 2 > this.#bytes.length - this.#at || ++this.#depth > MAX_DEPTH) return false;
    for (let i = 0; i < length; i++) if (!this.#name() || !this.#value()) return false;
    this.#depth--;
    return true;
  }

  /** Names are text, and none of them reaches a prototype. */
  #name(): boolean {
    const token = this.#bytes[this.#at];
    if (token === undefined || !((token >= 0xa0 && token <= 0xbf) || (token >= 0xd9 && token <= 0xdb))) return false;
    const from = this.#at + 1 + (token <= 0xbf ? 0 : 2 ** (token - 0xd9));
    return this.#value() && this.#bytes.toString('latin1', from, this.#at) !== '__proto__';
  }

  #extension(length: number): boolean {
    const type = this.#bytes[this.#at++];
    if (type === TIME) return [4, 8, 12].includes(length) && this.#skip(length);
    if (type === TYPED_ARRAY) return length > 0 && this.#bytes[this.#at]! < TYPED_ARRAYS && this.#skip(length);
    if (length !== 1 || !this.#skip(1)) return false;
    return type === UNDEFINED || (type === SET && this.#isAtArray() && this.#value());
  }

  #isAtArray(): boolean {
    const token = this.#bytes[this.#at];
    return token !== undefined && ((token >= 0x90 && token <= 0x9f) || token === 0xdc || token === 0xdd);
  }
}
