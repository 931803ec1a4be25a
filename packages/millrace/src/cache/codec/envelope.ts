import { hash } from 'node:crypto';
import { CACHE_ERRORS } from '../errors.ts';
import type { SharedValue } from '../shared/index.ts';
import { NONCE_BYTES } from './key-ring.ts';

/*
 * What stands before the bytes of a value. Numbers are big-endian.
 *
 *    0  magic, format version          34  hash of the key, 16 bytes
 *    2  id, 8 bytes                    50  length of the plain bytes, uint32
 *   10  compression, serializer        54  length of the epoch, of the name of the encryption key (0: not encrypted)
 *   12  schema version, uint32         56  number of tags, uint16
 *   16  position, uint48               58  how long its load took, float64
 *   22  ttl, stale time, uint48 each   66  epoch, name of the key, tags (each with its length, uint16),
 *                                          nonce when encrypted
 *
 * Scripts in the store compare the id where it stands, so no version may move it. The magic and the version cannot begin a
 * text in UTF-8.
 */

const MAGIC = 0xc7;
const VERSION = 1;
const LOAD_AT = 58;
const FIXED_BYTES = 66;
const ID_AT = 2;
/** Size of the id of a value. */
export const ID_BYTES = 8;
const DIGEST_AT = 34;
const DIGEST_BYTES = 16;

const MAX_UINT16 = 0xffff;
const MAX_UINT48 = 2 ** 48 - 1;
const MAX_EPOCH_BYTES = 80;

const NO_BYTES = Buffer.alloc(0);

/** What is said of a value besides its bytes. */
export interface Head {
  /** Random, for each value anew. */
  readonly id: Uint8Array;
  readonly compression: number;
  readonly serializer: number;
  readonly schemaVersion: number;
  /** Of the bytes of its key. */
  readonly digest: Buffer;
  readonly plainLength: number;
  /** Empty: not encrypted. */
  readonly keyName: string;
  readonly nonce: Uint8Array;
  readonly about: Omit<SharedValue, 'value'>;
}

/** A head that was read. */
export interface FoundHead extends Head {
  /** The bytes of the head itself. */
  readonly bytes: Buffer;
}

/** By which a value knows its key. */
export function digestOf(keyBytes: Buffer): Buffer {
  return hash('sha256', keyBytes, 'buffer').subarray(0, DIGEST_BYTES);
}

/** @throws MILLRACE_CACHE_VALUE_UNSERIALIZABLE for tags, times or a place that the head cannot hold as they are. */
export function writeHead(head: Head): Buffer {
  const { tags, place, ttlMs, staleMs } = head.about;
  const fixed = Buffer.alloc(FIXED_BYTES);
  fixed[0] = MAGIC;
  fixed[1] = VERSION;
  fixed.set(head.id, ID_AT);
  fixed[10] = head.compression;
  fixed[11] = head.serializer;
  fixed.writeUInt32BE(head.schemaVersion, 12);
  // Rounded so that it counts no longer, and is held no shorter, than was asked for.
  const wholeTtlMs = Math.floor(ttlMs);
  fixed.writeUIntBE(checkUint48('place.position', place.position), 16, 6);
  fixed.writeUIntBE(checkUint48('ttlMs', wholeTtlMs), 22, 6);
  fixed.writeUIntBE(checkUint48('staleMs', Math.ceil(ttlMs + staleMs) - wholeTtlMs), 28, 6);
  fixed.set(head.digest, DIGEST_AT);
  fixed.writeUInt32BE(head.plainLength, 50);
  fixed.writeDoubleBE(head.about.loadMs, LOAD_AT);
  const epoch = textBytes('place.epoch', place.epoch, MAX_EPOCH_BYTES);
  const keyName = Buffer.from(head.keyName);
  fixed[54] = epoch.length;
  fixed[55] = keyName.length;
  if (tags.length > MAX_UINT16) throw unfit('tags', `${tags.length} of them`, 'fewer, at most 65,535');
  fixed.writeUInt16BE(tags.length, 56);
  return Buffer.concat([fixed, epoch, keyName, ...tags.flatMap(writeTag), head.nonce]);
}

function writeTag(tag: string, index: number): Buffer[] {
  const text = textBytes(`tags[${index}]`, tag, MAX_UINT16);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return [length, text];
}

/** A text that changes on its way would be another tag, which no invalidation reaches. */
function textBytes(path: string, text: string, most: number): Buffer {
  const bytes = Buffer.from(text);
  if (text.isWellFormed() && bytes.length <= most) return bytes;
  const problem = bytes.length > most ? `${bytes.length} bytes` : 'a lone surrogate';
  throw unfit(path, problem, `well-formed text of at most ${most} bytes`);
}

function checkUint48(path: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= MAX_UINT48) return value;
  throw unfit(path, String(value), `a number from 0 to ${MAX_UINT48}`);
}

function unfit(path: string, problem: string, keeper: string): Error {
  return CACHE_ERRORS.create('MILLRACE_CACHE_VALUE_UNSERIALIZABLE', { path, problem, keeper });
}

/** Whether bytes are ours, and what they say of their value: nothing to be relied on until they are proven unchanged. */
export function readHead(bytes: Buffer): FoundHead | 'foreign' | 'version' | 'damaged' {
  if (bytes.length < 2 || bytes[0] !== MAGIC) return 'foreign';
  if (bytes[1] !== VERSION) return 'version';
  if (bytes.length < FIXED_BYTES) return 'foreign';
  const rest = new Rest(bytes);
  const epoch = rest.text(bytes[54]!);
  const keyName = rest.text(bytes[55]!);
  const tags: string[] = [];
  for (let left = bytes.readUInt16BE(56); left > 0 && !rest.over; left--) tags.push(rest.text(rest.uint16()));
  const nonce = keyName === '' ? NO_BYTES : rest.take(NONCE_BYTES);
  if (rest.over) return 'damaged';
  return {
    id: bytes.subarray(ID_AT, ID_AT + ID_BYTES),
    compression: bytes[10]!,
    serializer: bytes[11]!,
    schemaVersion: bytes.readUInt32BE(12),
    digest: bytes.subarray(DIGEST_AT, DIGEST_AT + DIGEST_BYTES),
    plainLength: bytes.readUInt32BE(50),
    ...{ keyName, nonce, bytes: bytes.subarray(0, rest.at) },
    about: {
      ...{ tags, place: { epoch, position: bytes.readUIntBE(16, 6) } },
      ...{ ttlMs: bytes.readUIntBE(22, 6), staleMs: bytes.readUIntBE(28, 6), loadMs: bytes.readDoubleBE(LOAD_AT) },
    },
  };
}

/** Reads what has no fixed place; once it is over the end it gives nothing any more. */
class Rest {
  at = FIXED_BYTES;
  over = false;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    this.over ||= this.at + length > this.#bytes.length;
    if (this.over) return NO_BYTES;
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  uint16(): number {
    const two = this.take(2);
    return this.over ? 0 : two.readUInt16BE();
  }

  text(length: number): string {
    return this.take(length).toString();
  }
}
