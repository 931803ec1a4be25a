import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createSealing, newKey, refusals, shared } from './codec.test.model.ts';
import { type CodecOptions, createValueCodec, type EncryptionKeys, type ValueCodec } from './index.ts';

const KEY = 'users:42';
const HIDDEN = 'the-secret-text-of-a-value';

function createRing(encryption: EncryptionKeys, options: CodecOptions = {}): ValueCodec {
  return createValueCodec({ ...options, encryption });
}

test('[CACHE-180] nothing of an encrypted value can be seen, and equal values look different', async () => {
  const codec = createSealing();
  const [one, two] = [await codec.encode(KEY, shared(HIDDEN)), await codec.encode(KEY, shared(HIDDEN))];
  assert.equal(one.includes(HIDDEN.slice(0, 8)), false);
  const body = (bytes: Buffer): string => bytes.subarray(-16 - HIDDEN.length - 2).toString('hex');
  assert.notEqual(body(one), body(two));
  assert.equal((await codec.decode(KEY, one))?.value, HIDDEN);
});

test('[CACHE-181] bytes moved to another key are nothing, even when their head is written anew', async () => {
  const codec = createSealing();
  const [mine, theirs] = [await codec.encode('user:1', shared('mine')), await codec.encode('user:2', shared('theirs'))];
  assert.equal(await codec.decode('user:1', theirs), undefined);
  const forged = Buffer.from(theirs);
  mine.copy(forged, 34, 34, 50);
  assert.equal(await codec.decode('user:1', forged), undefined);
  assert.deepEqual(refusals(codec), { key: 1, damaged: 1 });
});

test('[CACHE-181] once encryption is set, what is not encrypted is nothing, and the other way round', async () => {
  const [plain, sealed] = [createValueCodec(), createSealing()];
  assert.equal(await sealed.decode(KEY, await plain.encode(KEY, shared('forged'))), undefined);
  assert.equal(await plain.decode(KEY, await sealed.encode(KEY, shared('hidden'))), undefined);
  assert.deepEqual([refusals(plain), refusals(sealed)], [{ encryption: 1 }, { encryption: 1 }]);
});

test('[CACHE-182] keys change without a miss: each step reads what the one before and the one after write', async () => {
  const [k1, k2] = [newKey(), newKey()];
  const steps: EncryptionKeys[] = [
    { current: 'k1', keys: { k1 } },
    { current: 'k1', keys: { k1, k2 } },
    { current: 'k2', keys: { k1, k2 } },
    { current: 'k2', keys: { k2 } },
  ];
  for (const [at, written] of steps.entries()) {
    const bytes = await createRing(written).encode(KEY, shared(at));
    for (const [by, read] of steps.entries()) {
      const can = written.current in read.keys;
      assert.equal(can || Math.abs(at - by) > 1, true, 'neighbours read each other');
      assert.equal((await createRing(read).decode(KEY, bytes))?.value, can ? at : undefined, `${by} reads ${at}`);
    }
  }
});

test('[CACHE-182] a key of the same name and other bytes opens nothing', async () => {
  const [one, other] = [createSealing(), createSealing()];
  assert.equal(await other.decode(KEY, await one.encode(KEY, shared(1))), undefined);
  assert.deepEqual(refusals(other), { damaged: 1 });
});

test('[CACHE-183] unfit keys are refused when the codec is made', () => {
  const k1 = newKey();
  const wrong: [object, RegExp][] = [
    [{ current: 'k1', keys: { k1: k1.subarray(1) } }, /k1 is of 31 bytes/],
    [{ current: 'k1', keys: { k1: Buffer.alloc(32) } }, /one byte again and again/],
    [{ current: 'k1', keys: { k1: Buffer.alloc(32, 'a') } }, /one byte again and again/],
    [{ current: 'k1', keys: { k1: k1.toString('hex') } }, /no Uint8Array/],
    [{ current: 'k2', keys: { k1 } }, /not a name in `keys`/],
    [{ current: '__proto__', keys: { k1 } }, /not a name in `keys`/],
    [{ current: 'k1' }, /not a name in `keys`/],
    [{ current: 'a b', keys: { 'a b': k1 } }, /a key named "a b"/],
    [{ current: '', keys: { '': k1 } }, /a key named ""/],
    [{ current: 'k1', keys: { k1 }, maxValues: 0 }, /maxValues is 0/],
    [{ current: 'k1', keys: { k1 }, maxValues: 2 ** 32 + 1 }, /maxValues is 4294967297/],
  ];
  for (const [encryption, message] of wrong) {
    const make = (): ValueCodec => createRing(encryption as EncryptionKeys);
    assert.throws(make, { code: 'MILLRACE_CACHE_OPTION_INVALID', message });
  }
  const misspelt = { current: 'k1', key: { k1 } } as unknown as EncryptionKeys;
  assert.throws(() => createRing(misspelt), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});

test('[CACHE-183] no text shows a key, and what becomes of the given bytes is of no account', async () => {
  const key = newKey();
  const shown = [key.toString('hex'), key.toString('base64'), key.toString('latin1'), key.join(', ')];
  const codec = createSealing({}, key);
  const bytes = await codec.encode(KEY, shared('kept'));
  const texts = [inspect(codec, { depth: 9, showHidden: true }), JSON.stringify(codec), JSON.stringify(codec.stats())];
  try {
    createRing({ current: 'k1', keys: { k1: Buffer.concat([key, key]) } });
  } catch (error) {
    texts.push(inspect(error, { depth: 9, showHidden: true }));
  }
  assert.equal(texts.length, 4);
  for (const text of texts) for (const part of shown) assert.equal(text.includes(part), false);
  key.fill(0);
  assert.equal((await codec.decode(KEY, bytes))?.value, 'kept');
});

test('[CACHE-184] a key writes as many values as it may, and still reads them', async () => {
  const codec = createRing({ current: 'k1', keys: { k1: newKey() }, maxValues: 2 });
  const first = await codec.encode(KEY, shared(1));
  await codec.encode(KEY, shared(2));
  assert.throws(() => codec.encode(KEY, shared(3)), {
    code: 'MILLRACE_CACHE_ENCRYPTION_KEY_WORN',
    message: /2 values/,
  });
  assert.equal((await codec.decode(KEY, first))?.value, 1);
  assert.deepEqual([codec.stats().encrypted, codec.stats().writesRefused.keyWorn], [2, 1]);
});

test('[CACHE-185] the length of what is encrypted tells nothing of how much is alike, unless compression is asked for', async () => {
  const lengthOf = async (options: CodecOptions, text: string): Promise<number> =>
    (await createSealing(options).encode(KEY, shared(text.padEnd(4_000, 'abcdefgh').slice(0, 4_000)))).length;
  const alike = 'a'.repeat(4_000);
  assert.equal(await lengthOf({}, alike), await lengthOf({}, 'qwertyuiopasdfghjkl'.repeat(200)));
  assert.ok((await lengthOf({ compression: 'zstd' }, alike)) < 300);
});
