import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import { checkNumber } from '../cache-options.ts';
import { CACHE_ERRORS } from '../errors.ts';
import { type Compression, isCompression } from './compression.ts';
import { STRICT_JSON } from './json-serializer.ts';
import { type EncryptionKeys, KeyRing } from './key-ring.ts';
import type { Serializer } from './serializer.ts';
import { type AskCheck, askCheck, type ValueCheck } from './value-check.ts';

/** What {@link createValueCodec} takes. */
export interface CodecOptions {
  /**
   * The version of what the values look like. Values of another version are nothing, so raise it with every change that
   * readers of the old or the new program could not cope with, of the serializer too. 0 to 4,294,967,295; default 1.
   */
  readonly schemaVersion?: number;
  /**
   * Default: JSON, which refuses with `MILLRACE_CACHE_VALUE_UNSERIALIZABLE` what JSON would change in silence: dates, maps,
   * sets, classes, bytes, bigints, NaN, infinities, -0, functions, symbols, circles, and undefined in an array. A property
   * that is undefined is left out, as always in JSON.
   */
  readonly serializer?: Serializer;
  /**
   * How large values are compressed; all kinds can be read. Default `zstd`, and `none` with `encryption`: the length of
   * what is compressed and then encrypted tells how much of it is alike, so whoever can have texts stored beside a secret
   * can guess the secret bit by bit. Ask for it where no value mixes the two.
   */
  readonly compression?: Compression;
  /** Smaller values are not compressed, in bytes. 64 to 16,777,216; default 1,024. */
  readonly compressFromBytes?: number;
  /** Most bytes of a stored value; a larger one is not shared. 1,024 to 536,870,912; default 1,048,576. */
  readonly maxBytes?: number;
  /** Most bytes of a value before it is compressed, and after it is unpacked. 1,024 to 536,870,912; default 16,777,216. */
  readonly maxPlainBytes?: number;
  /**
   * Encrypts values and binds them to their keys. Keys, tags and times stay readable, and so do values in memory. Once set,
   * values that are not encrypted are nothing. Default: none.
   */
  readonly encryption?: EncryptionKeys;
  /** Looks at each value that was read, `null` too; one that it refuses is nothing. Default: none. */
  readonly validate?: ValueCheck;
}

const CODEC_OPTIONS: OptionNames<CodecOptions> = {
  schemaVersion: true,
  serializer: true,
  compression: true,
  compressFromBytes: true,
  maxBytes: true,
  maxPlainBytes: true,
  encryption: true,
  validate: true,
};

const MAX_UINT32 = 0xffff_ffff;
const MEBIBYTE = 1_048_576;
const MAX_BYTES = 512 * MEBIBYTE;

/** Options that were checked, with the defaults. */
export interface CodecSettings {
  readonly schemaVersion: number;
  readonly serializer: Serializer;
  readonly compression: Compression;
  readonly compressFromBytes: number;
  readonly maxBytes: number;
  readonly maxPlainBytes: number;
  readonly keys: KeyRing | undefined;
  readonly check: AskCheck;
}

/** @throws MILLRACE_CACHE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
export function settleCodec(options: CodecOptions): CodecSettings {
  checkOptionNames('createValueCodec', options, CODEC_OPTIONS);
  const keys = options.encryption === undefined ? undefined : new KeyRing(options.encryption);
  return {
    schemaVersion: checkNumber('schemaVersion', options.schemaVersion ?? 1, 0, MAX_UINT32),
    serializer: checkSerializer(options.serializer ?? STRICT_JSON),
    compression: checkCompression(options.compression ?? (keys === undefined ? 'zstd' : 'none')),
    compressFromBytes: checkNumber('compressFromBytes', options.compressFromBytes ?? 1_024, 64, 16 * MEBIBYTE),
    maxBytes: checkNumber('maxBytes', options.maxBytes ?? MEBIBYTE, 1_024, MAX_BYTES),
    maxPlainBytes: checkNumber('maxPlainBytes', options.maxPlainBytes ?? 16 * MEBIBYTE, 1_024, MAX_BYTES),
    keys,
    check: askCheck(options.validate),
  };
}

function checkSerializer(serializer: Serializer): Serializer {
  checkNumber('serializer.id', serializer.id, 1, 255);
  if (typeof serializer.encode === 'function' && typeof serializer.decode === 'function') return serializer;
  const allowed = 'an object with `id`, `name`, `encode` and `decode`';
  throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', {
    option: 'serializer',
    value: typeof serializer,
    allowed,
  });
}

function checkCompression(compression: unknown): Compression {
  if (isCompression(compression)) return compression;
  const allowed = 'none, gzip, brotli or zstd';
  throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', {
    option: 'compression',
    value: String(compression),
    allowed,
  });
}
