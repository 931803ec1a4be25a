import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeContent } from './content-coding.ts';
import { ResponseScanner, SCAN_COMPLETE } from './response-scanner.ts';

const TEXT = Buffer.from('hello '.repeat(100));

test('[LOAD-59] the codings in use are undone, in turn', () => {
  const cases: [codings: string, bytes: Buffer][] = [
    ['gzip', gzipSync(TEXT)],
    ['X-GZIP', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['zstd', zstdCompressSync(TEXT)],
    ['identity', TEXT],
    ['gzip, br', brotliCompressSync(gzipSync(TEXT))],
  ];
  for (const [codings, bytes] of cases) assert.deepEqual(decodeContent(bytes, codings, 1_000), TEXT, codings);
});

test('[LOAD-59] a coding that is not known, broken data, and a bomb are refused', () => {
  const cases: [codings: string, bytes: Buffer][] = [
    ['snappy', TEXT],
    ['gzip', TEXT],
    ['gzip', gzipSync(TEXT).subarray(0, 20)],
    ['gzip', gzipSync(Buffer.alloc(10_000_000))],
  ];
  for (const [codings, bytes] of cases) {
    assert.throws(() => decodeContent(bytes, codings, 1_000_000), { code: 'MILLRACE_LOAD_BODY_CODING' }, codings);
  }
});

test('[LOAD-59] a kept body is decoded when it is read, its bytes on the wire counted apart', () => {
  const scanner = new ResponseScanner({ maxHeadBytes: 16_384, maxKeptBytes: 65_536 });
  const coded = gzipSync(TEXT);
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${coded.length}\r\n\r\n`;
  for (const keeps of [true, false, true]) {
    const bytes = Buffer.concat([Buffer.from(head), coded]);
    scanner.start(false, keeps);
    assert.equal(scanner.push(bytes, bytes.length), SCAN_COMPLETE);
    assert.equal(scanner.bodyBytes, coded.length);
    const body = scanner.body();
    assert.equal(body === undefined, !keeps);
    assert.equal(body?.decodedBytes, keeps ? 0 : undefined);
    assert.equal(body?.text(), keeps ? TEXT.toString() : undefined);
    assert.equal(body?.decodedBytes, keeps ? TEXT.length : undefined);
  }
  const plain = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
  scanner.start(false, true);
  assert.equal(scanner.push(plain, plain.length), SCAN_COMPLETE);
  assert.deepEqual([scanner.body()?.text(), scanner.body()?.decodedBytes], ['hi', 0]);
});
