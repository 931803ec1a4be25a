import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { refusals, shared } from './codec.test.model.ts';
import { pack, unpack } from './compression.ts';
import { type Compression, createValueCodec, type DecodedValue, type Serializer } from './index.ts';

const KEY = 'users:42';
const COMPRESSIONS: readonly Compression[] = ['none', 'gzip', 'brotli', 'zstd'];
const CODE_OF = { gzip: 1, brotli: 2, zstd: 3 };
const MEBIBYTE = 1_048_576;

test('[CACHE-170] whichever compression writes, any codec reads', async () => {
  const reader = createValueCodec();
  for (const compression of COMPRESSIONS) {
    for (const length of [10, 1_030, 5_000, 200_000]) {
      const value = 'text '.repeat(length / 5);
      const bytes = await createValueCodec({ compression }).encode(KEY, shared(value));
      assert.equal((await reader.decode(KEY, bytes))?.value, value);
      const smaller = compression !== 'none' && length >= 1_030;
      assert.equal(bytes.length < length, smaller, `${compression} ${length}: ${bytes.length}`);
    }
  }
});

test('[CACHE-170] by default zstd packs from 1,024 bytes up, and not what it saves less than a tenth of', async () => {
  const raw: Serializer = { id: 128, name: 'raw', encode: (it) => it as Buffer, decode: (it) => Buffer.from(it) };
  const codec = createValueCodec({ serializer: raw });
  const methodOf = async (bytes: Buffer): Promise<number | undefined> => (await codec.encode(KEY, shared(bytes)))[10];
  assert.equal(await methodOf(Buffer.alloc(1_024)), CODE_OF.zstd);
  assert.equal(await methodOf(Buffer.alloc(1_023)), 0);
  assert.equal(await methodOf(Buffer.concat([randomBytes(9_400), Buffer.alloc(600)])), 0);
  assert.equal(await methodOf(Buffer.concat([randomBytes(8_600), Buffer.alloc(1_400)])), CODE_OF.zstd);
});

test('[CACHE-171] more than 64 KB is packed and unpacked aside, less at once', async () => {
  const codec = createValueCodec();
  const small = 'x'.repeat(60_000);
  const atOnce = codec.encode(KEY, shared(small));
  assert.ok(Buffer.isBuffer(atOnce));
  assert.equal((codec.decode(KEY, atOnce) as DecodedValue).value, small);
  for (const large of ['x'.repeat(70_000), 'text '.repeat(2_500_000)]) {
    const encoding = codec.encode(KEY, shared(large));
    assert.ok(encoding instanceof Promise);
    const decoding = codec.decode(KEY, await encoding);
    assert.ok(decoding instanceof Promise);
    assert.equal((await decoding)?.value, large);
  }
});

test('[CACHE-172] a bomb is given up at the length that was claimed, and a claim beyond the bound at once', async () => {
  const zeros = Buffer.alloc(64 * MEBIBYTE);
  const brotli = brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
  const bombs = { gzip: gzipSync(zeros, { level: 1 }), brotli, zstd: zstdCompressSync(zeros) };
  for (const [name, bomb] of Object.entries(bombs)) {
    const code = CODE_OF[name as keyof typeof bombs];
    for (const claimed of [1_000, 100_000]) {
      const before = process.memoryUsage();
      assert.equal(await unpack(code, bomb, claimed), undefined, name);
      const after = process.memoryUsage();
      const grown = after.external + after.arrayBuffers - before.external - before.arrayBuffers;
      assert.ok(grown < 16 * MEBIBYTE, `${name} took ${grown} bytes for ${claimed}`);
    }
  }
  const wide = createValueCodec();
  const narrow = createValueCodec({ maxPlainBytes: 4_096 });
  assert.equal(await narrow.decode(KEY, await wide.encode(KEY, shared('x'.repeat(5_000)))), undefined);
  assert.deepEqual(refusals(narrow), { tooLarge: 1 });
});

test('[CACHE-172] what unpacks to less than was claimed, or not at all, is nothing', async () => {
  const plain = Buffer.from('text '.repeat(1_000));
  for (const compression of ['gzip', 'brotli', 'zstd'] as const) {
    const { code, bytes } = await pack(plain, compression, 64);
    const packed = Buffer.from(bytes);
    assert.deepEqual(await unpack(code, packed, plain.length), plain);
    for (const length of [0, plain.length - 1, plain.length + 1, 100_000]) {
      assert.equal(await unpack(code, packed, length), undefined, `${compression} ${length}`);
    }
    assert.equal(await unpack(code, packed.subarray(0, -3), plain.length), undefined, `${compression}, cut off`);
    assert.equal(await unpack(code, randomBytes(50), plain.length), undefined);
  }
  assert.equal(await unpack(4, plain, plain.length), undefined);
});

test('[CACHE-172] a frame that asks for a window beyond what is ever written is nothing', async () => {
  const text = randomBytes(40_000).toString('hex');
  const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 };
  const wide = zstdCompressSync(Buffer.alloc(20 * MEBIBYTE, text), { params });
  assert.equal(await unpack(CODE_OF.zstd, wide, 20 * MEBIBYTE), undefined);
});
