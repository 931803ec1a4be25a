import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { LOAD_ERRORS } from '../errors.ts';

type Decode = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflate,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
  identity: (bytes) => Buffer.from(bytes),
};
/** The low four bits of a zlib header (RFC 1950); many servers send bare deflate data (RFC 1951) instead. */
const ZLIB = 8;

/**
 * Undoes the codings of a Content-Encoding field, the last one first (RFC 9110 section 8.4).
 * @throws MILLRACE_LOAD_BODY_CODING for a coding that is not known, broken data, or more than `maxBytes`
 */
export function decodeContent(bytes: Buffer, codings: string, maxBytes: number): Buffer {
  try {
    return codings
      .toLowerCase()
      .split(',')
      .map((coding) => coding.trim())
      .reduceRight((coded: Buffer, coding) => {
        const decode = DECODERS[coding];
        if (decode === undefined) throw new Error('it is not known');
        return decode(coded, { maxOutputLength: maxBytes });
      }, bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw LOAD_ERRORS.create('MILLRACE_LOAD_BODY_CODING', { coding: codings, reason }, cause);
  }
}

function inflate(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Buffer {
  return ((bytes[0] ?? 0) & 15) === ZLIB ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
}
