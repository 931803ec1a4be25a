import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../../testing/index.ts';
import { about, createSealing, jsonValue, refusals, shared, withoutId } from './codec.test.model.ts';
import { type CodecOptions, createValueCodec, type Serializer } from './index.ts';

const KEY = 'users:42';
const EAGER: CodecOptions = { compressFromBytes: 64 };
const PLAIN = createValueCodec(EAGER);
const SEALED = createSealing({ ...EAGER, compression: 'brotli' });

for (const [what, codec] of Object.entries({ PLAIN, SEALED })) {
  test(`[CACHE-150] whatever is written is read back as it was: ${what}`, async () => {
    const property = fc.asyncProperty(fc.string({ unit: 'binary' }), jsonValue, about, async (key, value, rest) => {
      const bytes = await codec.encode(key, { ...rest, value });
      assert.deepEqual(withoutId(await codec.decode(key, bytes)), { ...rest, value });
    });
    await fc.assert(property, { numRuns: 1_000, ...propertySeed() });
    assert.deepEqual(refusals(codec), {});
    assert.ok(codec.stats().compressed > 0);
  });
}

test('[CACHE-150] parts of a millisecond never make a value count longer, nor be held shorter', async () => {
  const written = await PLAIN.encode(KEY, shared(1, { ttlMs: 1.9, staleMs: 0.3 }));
  const found = await PLAIN.decode(KEY, written);
  assert.deepEqual([found?.ttlMs, found?.staleMs], [1, 2]);
});

test('[CACHE-151] what is not ours, or not all of it, is nothing', async () => {
  const codec = createValueCodec();
  const written = await codec.encode(KEY, shared('here'));
  for (const text of ['', 'x', '{"a":1}', '\u00c7', 'null', 'Ç1234567890'.repeat(20)]) {
    assert.equal(await codec.decode(KEY, Buffer.from(text)), undefined);
  }
  assert.equal(await codec.decode(KEY, written.subarray(0, 20)), undefined);
  assert.deepEqual(refusals(codec), { foreign: 7 });
  const property = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, begun) => {
    const strange = begun ? Buffer.concat([written.subarray(0, 2), bytes]) : Buffer.from(bytes);
    assert.equal(await codec.decode(KEY, strange), undefined);
  });
  await fc.assert(property, { numRuns: 2_000, ...propertySeed() });
});

test('[CACHE-151] another format, schema, serializer or key is nothing, each for its reason', async () => {
  const written = await createValueCodec({ schemaVersion: 3 }).encode(KEY, shared('here'));
  const later = Buffer.from(written);
  later[1] = 2;
  const text: Serializer = { id: 128, name: 'text', encode: (it) => Buffer.from(String(it)), decode: String };
  const cases: [string, CodecOptions, string, Buffer][] = [
    ['version', { schemaVersion: 3 }, KEY, later],
    ['schema', { schemaVersion: 4 }, KEY, written],
    ['schema', {}, KEY, written],
    ['serializer', { schemaVersion: 3, serializer: text }, KEY, written],
    ['key', { schemaVersion: 3 }, 'users:43', written],
  ];
  for (const [reason, options, key, bytes] of cases) {
    const codec = createValueCodec(options);
    assert.equal(await codec.decode(key, bytes), undefined);
    assert.deepEqual(refusals(codec), { [reason]: 1 });
  }
});

test('[CACHE-152] no changed byte and no missing end gives anything, and none throws', async () => {
  const value = { name: 'Zoë', roles: ['admin', 'staff'], bio: 'text '.repeat(30) };
  const codecs = [
    createValueCodec(),
    PLAIN,
    createSealing(),
    SEALED,
    createValueCodec({ ...EAGER, compression: 'gzip' }),
  ];
  for (const codec of codecs) {
    const bytes = await codec.encode(KEY, shared(value));
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [0x01, 0x80, 0xff, 1 + (at % 255)]) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= change;
        assert.equal(await codec.decode(KEY, changed), undefined, `byte ${at}`);
      }
      assert.equal(await codec.decode(KEY, bytes.subarray(0, at)), undefined, `the first ${at} bytes`);
    }
    assert.equal(await codec.decode(KEY, Buffer.concat([bytes, Buffer.of(0)])), undefined);
    assert.deepEqual((await codec.decode(KEY, bytes))?.value, value);
  }
});

test('[CACHE-153] bytes 2 to 9 are the id that is read, another for each value', async () => {
  const ids = new Set<string>();
  for (const codec of [PLAIN, SEALED]) {
    for (let i = 0; i < 1_000; i++) {
      const bytes = await codec.encode(KEY, shared('same'));
      ids.add(bytes.toString('latin1', 2, 10));
      assert.equal((await codec.decode(KEY, bytes))?.id, bytes.toString('latin1', 2, 10));
    }
  }
  assert.equal(ids.size, 2_000);
});

test('[CACHE-154] tags, times and places that the bytes cannot hold as they are are refused', async () => {
  const codec = createValueCodec();
  const place = { epoch: 'gen', position: 1 };
  const cases: [Parameters<typeof shared>[1], RegExp][] = [
    [{ tags: ['fine', 'x\ud800'] }, /lone surrogate at tags\[1\]/],
    [{ tags: ['x'.repeat(65_536)] }, /65536 bytes at tags\[0\]/],
    [{ tags: Array.from({ length: 65_536 }, () => '') }, /65536 of them at tags/],
    [{ place: { ...place, epoch: 'é'.repeat(41) } }, /82 bytes at place\.epoch/],
    [{ place: { ...place, position: -1 } }, /-1 at place\.position/],
    [{ place: { ...place, position: 2 ** 48 } }, /281474976710656 at place\.position/],
    [{ ttlMs: Number.NaN }, /NaN at ttlMs/],
    [{ staleMs: Number.POSITIVE_INFINITY }, /Infinity at staleMs/],
  ];
  for (const [rest, message] of cases) {
    const refused = { code: 'MILLRACE_CACHE_VALUE_UNSERIALIZABLE', message };
    assert.throws(() => codec.encode(KEY, shared('fine', rest)), refused);
  }
  assert.equal(codec.stats().writesRefused.unserializable, cases.length);
});

test('[CACHE-154] keys that are alike in UTF-8 alone do not meet', async () => {
  const keys = ['x\ud800', 'x\ud801', 'x\ufffd', 'x'];
  for (const codec of [PLAIN, SEALED]) {
    for (const key of keys) {
      const bytes = await codec.encode(key, shared(key));
      for (const other of keys) {
        assert.equal((await codec.decode(other, bytes))?.value, other === key ? key : undefined);
      }
    }
  }
});

test('[CACHE-155] a value above either bound is refused and counted', async () => {
  const codec = createValueCodec({ maxBytes: 1_024, maxPlainBytes: 4_096, compressFromBytes: 64 });
  const random = randomBytes(1_200).toString('hex');
  const tooLarge = (option: string) => ({
    code: 'MILLRACE_CACHE_VALUE_TOO_LARGE',
    message: new RegExp(`\`${option}\``),
  });
  assert.throws(() => codec.encode(KEY, shared(random)), tooLarge('maxBytes'));
  assert.throws(() => codec.encode(KEY, shared('x'.repeat(4_095))), tooLarge('maxPlainBytes'));
  assert.ok((await codec.encode(KEY, shared('x'.repeat(4_094)))).length < 1_024);
  assert.deepEqual(codec.stats().writesRefused, { unserializable: 0, tooLarge: 2, keyWorn: 0 });
  const large = createValueCodec({ maxBytes: 1_024 });
  await assert.rejects(
    async () => large.encode(KEY, shared(Array.from({ length: 99_999 }, (_, at) => at))),
    tooLarge('maxBytes'),
  );
  assert.equal(large.stats().writesRefused.tooLarge, 1);
});

test('[CACHE-156] options that are out of range or unknown are refused when the codec is made', () => {
  const wrong: object[] = [
    ...[{ schemaVersion: -1 }, { schemaVersion: 1.5 }, { schemaVersion: 2 ** 32 }, { maxBytes: 10 }],
    ...[{ maxPlainBytes: 2 ** 30 }, { compressFromBytes: 1 }, { compression: 'lz4' }, { validate: 'yes' }],
    ...[{ serializer: { id: 0 } }, { serializer: { id: 256 } }, { serializer: { id: 130, encode: String } }],
  ];
  for (const options of wrong) {
    assert.throws(() => createValueCodec(options), { code: 'MILLRACE_CACHE_OPTION_INVALID' }, JSON.stringify(options));
  }
  assert.throws(() => createValueCodec({ schema: 2 } as object), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});

test('[CACHE-157] two schema versions side by side say which they are, and never read each other', async () => {
  const [old, next] = [createValueCodec({ schemaVersion: 1 }), createValueCodec({ schemaVersion: 2 })];
  assert.deepEqual([old.schemaVersion, next.schemaVersion], [1, 2]);
  const byOld = await old.encode(KEY, shared({ name: 'Ann Lee' }));
  const byNext = await next.encode(KEY, shared({ first: 'Ann', last: 'Lee' }));
  assert.deepEqual((await old.decode(KEY, byOld))?.value, { name: 'Ann Lee' });
  assert.deepEqual((await next.decode(KEY, byNext))?.value, { first: 'Ann', last: 'Lee' });
  assert.deepEqual([await old.decode(KEY, byNext), await next.decode(KEY, byOld)], [undefined, undefined]);
});

test('[CACHE-158] what was written, read and refused adds up', async () => {
  const codec = createSealing({ compression: 'zstd' });
  const bytes = await codec.encode(KEY, shared('x'.repeat(5_000)));
  await codec.encode(KEY, shared('short'));
  await codec.decode(KEY, bytes);
  await codec.decode('other', bytes);
  const { written, compressed, encrypted, read, readsRefused } = codec.stats();
  assert.deepEqual({ written, compressed, encrypted, read }, { written: 2, compressed: 1, encrypted: 2, read: 1 });
  assert.equal(readsRefused.key, 1);
});
