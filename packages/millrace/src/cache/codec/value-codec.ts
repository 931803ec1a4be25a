import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { MillraceError } from '../../core/index.ts';
import { toKeyBytes } from '../cache-key.ts';
import { CACHE_ERRORS, type CacheErrorCode } from '../errors.ts';
import type { FoundValue, SharedValue } from '../shared/index.ts';
import { type CodecOptions, type CodecSettings, settleCodec } from './codec-options.ts';
import { CodecCounts, type CodecStats, type ReadRefusal } from './codec-stats.ts';
import { type Packed, pack, unpack } from './compression.ts';
import { digestOf, type FoundHead, ID_BYTES, readHead, writeHead } from './envelope.ts';
import { NONCE_BYTES, TAG_BYTES } from './key-ring.ts';
import { OWN_SERIALIZER } from './lossless-serializer.ts';
import type { Checked } from './value-check.ts';

/** A value that was read from bytes. */
export type DecodedValue = Omit<FoundValue, 'ageMs'>;

/** Turns what is shared into bytes and back. */
export interface ValueCodec {
  /** What the values look like. Stores keep those of different versions apart, so that two programs can run side by side. */
  readonly schemaVersion: number;
  /**
   * Bytes 2 to 9 are the id of the value, random each time. A promise for large values, which are compressed in a thread.
   * @param key the namespace and the key, to which the bytes are bound.
   * @throws (or rejects) when the value cannot be shared, with the reason
   */
  encode(key: string, value: SharedValue): Buffer | Promise<Buffer>;
  /**
   * Undefined for bytes that are not ours, of another version or another key, damaged, or that no key opens. Never throws,
   * and its promise never rejects.
   */
  decode(key: string, bytes: Buffer): DecodedValue | undefined | Promise<DecodedValue | undefined>;
  /** What it has done since it was made. */
  stats(): CodecStats;
}

/**
 * Makes a codec for the values of a {@link createRedisTier | shared tier}: a serializer, then compression, then encryption,
 * in an envelope that knows its key, its version and whether it is whole.
 * `encode` throws `MILLRACE_CACHE_VALUE_UNSERIALIZABLE`, `MILLRACE_CACHE_VALUE_TOO_LARGE` or
 * `MILLRACE_CACHE_ENCRYPTION_KEY_WORN`; the value is then kept in memory alone.
 * @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const codec = createValueCodec({
 *   schemaVersion: 3,
 *   encryption: { current: 'k2', keys: { k1: oldKey, k2: newKey } },
 *   validate: (value) => isUser(value),
 * });
 */
export function createValueCodec(options: CodecOptions = {}): ValueCodec {
  return new EnvelopeCodec(settleCodec(options));
}

/** Size of the checksum of what is not encrypted. */
const CHECKSUM_BYTES = 4;

class EnvelopeCodec implements ValueCodec {
  readonly #settings: CodecSettings;
  readonly #counts = new CodecCounts();

  constructor(settings: CodecSettings) {
    this.#settings = settings;
  }

  get schemaVersion(): number {
    return this.#settings.schemaVersion;
  }

  stats(): CodecStats {
    return this.#counts.snapshot(this.#settings.keys?.sealed ?? 0);
  }

  encode(key: string, value: SharedValue): Buffer | Promise<Buffer> {
    const { maxPlainBytes, compression, compressFromBytes } = this.#settings;
    const plain = this.#serialize(value.value);
    if (plain.length > maxPlainBytes) throw this.#tooLarge('maxPlainBytes', plain.length, maxPlainBytes);
    const packed = pack(plain, compression, compressFromBytes);
    if (packed instanceof Promise) return packed.then((it) => this.#wrap(key, value, plain.length, it));
    return this.#wrap(key, value, plain.length, packed);
  }

  decode(key: string, bytes: Buffer): DecodedValue | undefined | Promise<DecodedValue | undefined> {
    const read = this.#read(key, bytes);
    return read instanceof Promise ? read.then((it) => this.#count(it)) : this.#count(read);
  }

  #serialize(value: unknown): Uint8Array {
    const { serializer } = this.#settings;
    const path = 'value';
    try {
      if (value !== undefined) return serializer.encode(value);
    } catch (cause) {
      if (hasCode(cause, 'MILLRACE_CACHE_VALUE_UNSERIALIZABLE')) throw this.#refuse(cause);
      const context = { path, problem: `${serializer.name} failed`, keeper: OWN_SERIALIZER };
      throw this.#refuse(CACHE_ERRORS.create('MILLRACE_CACHE_VALUE_UNSERIALIZABLE', context, cause));
    }
    const context = { path, problem: 'undefined', keeper: 'null' };
    throw this.#refuse(CACHE_ERRORS.create('MILLRACE_CACHE_VALUE_UNSERIALIZABLE', context));
  }

  #wrap(key: string, about: SharedValue, plainLength: number, packed: Packed): Buffer {
    const { keys, serializer, schemaVersion, maxBytes } = this.#settings;
    const keyBytes = toKeyBytes(key);
    const random = randomBytes(keys === undefined ? ID_BYTES : ID_BYTES + NONCE_BYTES);
    const id = random.subarray(0, ID_BYTES);
    const nonce = random.subarray(ID_BYTES);
    const digest = digestOf(keyBytes);
    const keyName = keys?.current ?? '';
    const compression = packed.code;
    const of = {
      id,
      compression,
      serializer: serializer.id,
      schemaVersion,
      digest,
      plainLength,
      keyName,
      nonce,
      about,
    };
    const head = this.#writeHead(of);
    const length = head.length + packed.bytes.length + (keys === undefined ? CHECKSUM_BYTES : TAG_BYTES);
    if (length > maxBytes) throw this.#tooLarge('maxBytes', length, maxBytes);
    if (keys?.worn)
      throw this.#refuse(CACHE_ERRORS.create('MILLRACE_CACHE_ENCRYPTION_KEY_WORN', { values: keys.sealed }));
    this.#counts.written++;
    if (packed.code > 0) this.#counts.compressed++;
    if (keys === undefined) return Buffer.concat([head, packed.bytes, checksumOf(head, packed.bytes)], length);
    const { bytes, tag } = keys.seal(nonce, Buffer.concat([head, keyBytes]), packed.bytes);
    return Buffer.concat([head, bytes, tag], length);
  }

  #writeHead(head: Parameters<typeof writeHead>[0]): Buffer {
    try {
      return writeHead(head);
    } catch (error) {
      throw this.#refuse(error as MillraceError<CacheErrorCode>);
    }
  }

  #tooLarge(option: string, bytes: number, limit: number): Error {
    return this.#refuse(CACHE_ERRORS.create('MILLRACE_CACHE_VALUE_TOO_LARGE', { option, bytes, limit }));
  }

  /** Counts why a value is not written. */
  #refuse(error: MillraceError<CacheErrorCode>): Error {
    const { writesRefused } = this.#counts;
    if (error.code === 'MILLRACE_CACHE_VALUE_TOO_LARGE') writesRefused.tooLarge++;
    else if (error.code === 'MILLRACE_CACHE_ENCRYPTION_KEY_WORN') writesRefused.keyWorn++;
    else writesRefused.unserializable++;
    return error;
  }

  #count(read: DecodedValue | ReadRefusal): DecodedValue | undefined {
    if (typeof read !== 'string') {
      this.#counts.read++;
      return read;
    }
    this.#counts.readsRefused[read]++;
    return undefined;
  }

  #read(key: string, bytes: Buffer): DecodedValue | ReadRefusal | Promise<DecodedValue | ReadRefusal> {
    const head = readHead(bytes);
    if (typeof head === 'string') return head;
    const packed = this.#open(toKeyBytes(key), bytes, head);
    if (typeof packed === 'string') return packed;
    if (head.plainLength > this.#settings.maxPlainBytes) return 'tooLarge';
    const plain = unpack(head.compression, packed, head.plainLength);
    return plain instanceof Promise ? plain.then((it) => this.#finish(head, it)) : this.#finish(head, plain);
  }

  /** The bytes of the value, once they are known to be those that were written for this key. */
  #open(keyBytes: Buffer, bytes: Buffer, head: FoundHead): Buffer | ReadRefusal {
    const { keys, serializer, schemaVersion } = this.#settings;
    if (head.schemaVersion !== schemaVersion) return 'schema';
    if (head.serializer !== serializer.id) return 'serializer';
    if (!head.digest.equals(digestOf(keyBytes))) return 'key';
    if (keys === undefined ? head.keyName !== '' : !keys.has(head.keyName)) return 'encryption';
    const end = bytes.length - (keys === undefined ? CHECKSUM_BYTES : TAG_BYTES);
    if (end < head.bytes.length) return 'damaged';
    const body = bytes.subarray(head.bytes.length, end);
    const tag = bytes.subarray(end);
    if (keys === undefined) return checksumOf(head.bytes, body).equals(tag) ? body : 'damaged';
    const about = Buffer.concat([head.bytes, keyBytes]);
    return keys.open(head.keyName, head.nonce, about, { bytes: body, tag }) ?? 'damaged';
  }

  #finish(
    head: FoundHead,
    plain: Buffer | undefined,
  ): DecodedValue | ReadRefusal | Promise<DecodedValue | ReadRefusal> {
    if (plain === undefined) return 'damaged';
    let value: unknown;
    try {
      value = this.#settings.serializer.decode(plain);
    } catch {
      return 'undecodable';
    }
    if (value === undefined) return 'undecodable';
    const id = (head.id as Buffer).toString('latin1');
    const use = (checked: Checked): DecodedValue | ReadRefusal =>
      checked === undefined ? 'invalid' : { id, ...head.about, value: checked.value };
    const checked = this.#settings.check(value);
    return checked instanceof Promise ? checked.then(use) : use(checked);
  }
}

function checksumOf(head: Buffer, body: Uint8Array): Buffer {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(crc32(body, crc32(head)));
  return checksum;
}

function hasCode(error: unknown, code: CacheErrorCode): error is MillraceError<CacheErrorCode> {
  return (error as { code?: unknown } | null)?.code === code;
}
