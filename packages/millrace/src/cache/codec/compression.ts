import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

/** How the bytes of a value are made smaller. */
export type Compression = 'none' | 'gzip' | 'brotli' | 'zstd';

/** The index of one stands in the bytes. */
const COMPRESSIONS: readonly Compression[] = ['none', 'gzip', 'brotli', 'zstd'];

/** Bytes, and how they were made smaller. */
export interface Packed {
  readonly code: number;
  readonly bytes: Uint8Array;
}

/** Larger ones are worked on in a thread of the pool, so that they do not hold up the event loop. */
const ASIDE_ABOVE_BYTES = 65_536;
/** What is not smaller than that share is not worth unpacking on each read. */
const WORTHWHILE_SHARE = 0.9;

const { constants } = zlib;
const GZIP = { level: 1 };
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** A frame may ask its reader for a window of 2 GB; those written here need 8 MB at most. */
const ZSTD_READ = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

interface Method {
  readonly pack: (bytes: Uint8Array) => Buffer;
  readonly packAside: (bytes: Uint8Array) => Promise<Buffer>;
  /** Both throw once there are more than `most` bytes. */
  readonly unpack: (bytes: Uint8Array, most: number) => Buffer;
  readonly unpackAside: (bytes: Uint8Array, most: number) => Promise<Buffer>;
}

const gzipAside = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gzip);
const gunzipAside = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const brotliAside = promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zlib.brotliCompress);
const unbrotliAside = promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);
const zstdAside = promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdCompress);
const unzstdAside = promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);

const METHODS: readonly (Method | undefined)[] = [
  undefined,
  {
    pack: (bytes) => zlib.gzipSync(bytes, GZIP),
    packAside: (bytes) => gzipAside(bytes, GZIP),
    unpack: (bytes, maxOutputLength) => zlib.gunzipSync(bytes, { maxOutputLength }),
    unpackAside: (bytes, maxOutputLength) => gunzipAside(bytes, { maxOutputLength }),
  },
  {
    pack: (bytes) => zlib.brotliCompressSync(bytes, BROTLI),
    packAside: (bytes) => brotliAside(bytes, BROTLI),
    unpack: (bytes, maxOutputLength) => zlib.brotliDecompressSync(bytes, { maxOutputLength }),
    unpackAside: (bytes, maxOutputLength) => unbrotliAside(bytes, { maxOutputLength }),
  },
  {
    pack: (bytes) => zlib.zstdCompressSync(bytes, ZSTD),
    packAside: (bytes) => zstdAside(bytes, ZSTD),
    unpack: (bytes, maxOutputLength) => zlib.zstdDecompressSync(bytes, { ...ZSTD_READ, maxOutputLength }),
    unpackAside: (bytes, maxOutputLength) => unzstdAside(bytes, { ...ZSTD_READ, maxOutputLength }),
  },
];

/** Whether the name is one of a compression. */
export function isCompression(name: unknown): name is Compression {
  return COMPRESSIONS.includes(name as Compression);
}

/** Makes bytes smaller, unless there are fewer than `fromBytes` or it saves less than a tenth. A promise for large ones. */
export function pack(bytes: Uint8Array, compression: Compression, fromBytes: number): Packed | Promise<Packed> {
  const code = COMPRESSIONS.indexOf(compression);
  const method = METHODS[code];
  if (method === undefined || bytes.length < fromBytes) return { code: 0, bytes };
  const choose = (packed: Buffer): Packed =>
    packed.length <= bytes.length * WORTHWHILE_SHARE ? { code, bytes: packed } : { code: 0, bytes };
  return bytes.length > ASIDE_ABOVE_BYTES ? method.packAside(bytes).then(choose) : choose(method.pack(bytes));
}

/**
 * Gives the plain bytes, of which there must be exactly `length`: unpacking stops as soon as there are more.
 * Undefined, or a promise of it, when they cannot be had.
 */
export function unpack(code: number, bytes: Buffer, length: number): Buffer | undefined | Promise<Buffer | undefined> {
  const check = (plain: Buffer): Buffer | undefined => (plain.length === length ? plain : undefined);
  if (code === 0) return check(bytes);
  const method = METHODS[code];
  if (method === undefined || length === 0) return undefined;
  if (length > ASIDE_ABOVE_BYTES) return method.unpackAside(bytes, length).then(check, () => undefined);
  try {
    return check(method.unpack(bytes, length));
  } catch {
    return undefined;
  }
}
