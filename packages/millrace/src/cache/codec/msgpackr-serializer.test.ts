import { strict as assert } from 'node:assert';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { Packr, pack } from 'msgpackr';
import { propertySeed } from '../../testing/index.ts';
import { packableValue, refusals, shared } from './codec.test.model.ts';
import { createMsgpackrSerializer, createValueCodec, type Serializer, type ValueCodec } from './index.ts';
import { isPlainMessagePack } from './message-pack-scan.ts';

const KEY = 'users:42';
const CODE = 'MILLRACE_CACHE_VALUE_UNSERIALIZABLE';

let serializer: Serializer;
let codec: ValueCodec;

before(async () => {
  serializer = await createMsgpackrSerializer();
  codec = createValueCodec({ serializer });
});

/** A codec that believes to read what msgpackr wrote, and is given `bytes`. */
async function decodeRaw(bytes: Uint8Array): Promise<unknown> {
  const writer = createValueCodec({ serializer: { ...serializer, encode: () => bytes } });
  return (await codec.decode(KEY, await writer.encode(KEY, shared(1))))?.value;
}

test('[CACHE-163] msgpackr gives back whatever it keeps', async () => {
  const property = fc.asyncProperty(packableValue, async (value) => {
    fc.pre(value !== undefined);
    const found = await codec.decode(KEY, await codec.encode(KEY, shared(value)));
    assert.deepEqual(found?.value, value);
  });
  await fc.assert(property, { numRuns: 3_000, ...propertySeed() });
  assert.deepEqual(refusals(codec), {});
});

test('[CACHE-163] bytes that are read are a copy, not a view of what was found', async () => {
  const bytes = await codec.encode(KEY, shared({ raw: Buffer.from('abc'), list: Uint16Array.of(1, 2) }));
  const value = (await codec.decode(KEY, bytes))?.value as { raw: Buffer; list: Uint16Array };
  bytes.fill(0);
  assert.deepEqual(value, { raw: Buffer.from('abc'), list: Uint16Array.of(1, 2) });
  assert.ok(value.raw.buffer.byteLength < bytes.length);
});

test('[CACHE-163] msgpackr refuses what it would lose', () => {
  class User {}
  const losses: [unknown, RegExp][] = [
    [new Map(), /class Map at value/],
    [[new User()], /class User at value\[0\]/],
    [{ at: new Date(Number.NaN) }, /a date that is none at value\.at/],
    [[-0], /-0 at value\[0\]/],
    [2n ** 63n, /more than 64 bits at value/],
    [{ name: 'x\udfff' }, /a lone surrogate at value\.name/],
    [{ 'x\udfff': 1 }, /a name with a lone surrogate at value/],
    [JSON.parse('{"__proto__":1}'), /__proto__ at value/],
    [new Set([new Set([() => 1])]), /a function at value\[0\]\[0\]/],
    [{ x: /x/ }, /class RegExp at value\.x/],
    [{ x: new Error('x') }, /class Error at value\.x/],
    [{ x: new DataView(new ArrayBuffer(1)) }, /class DataView at value\.x/],
    [undefined, /undefined at value/],
  ];
  for (const [value, message] of losses) {
    assert.throws(() => codec.encode(KEY, shared(value)), { code: CODE, message });
  }
});

test('[CACHE-164] bytes that ask for more than plain data are refused before they are decoded', async () => {
  const fixed = (type: number, ...rest: number[]): Uint8Array => Uint8Array.of(0xd4, type, 0, ...rest);
  const rich = new Packr({ structuredClone: true, moreTypes: true });
  const node: Record<string, unknown> = {};
  node.self = node;
  const hostile: Uint8Array[] = [
    ...[new Packr().pack([{ a: 1 }]), rich.pack(/x/), rich.pack(new Error('x')), rich.pack(node)],
    ...[rich.pack(new Map([[1, 2]])), pack({ ['__proto__']: 1, a: 1 }), pack(new Map([['__proto__', { x: 1 }]]))],
    ...[fixed(0x72, 0x91, 0xa1, 0x61, 1), fixed(0x65, 0x92, 0xa4, 0x65, 0x76, 0x61, 0x6c, 0xa1, 0x31)],
    ...[fixed(0x78, 0x92, 0xa1, 0x78, 0xa1, 0x67), fixed(0x73, 1), fixed(0x01), Uint8Array.of(0xc1)],
    ...[Uint8Array.of(0xd6, 0x62, 0, 0, 0, 0), Uint8Array.of(0xd6, 0x70, 0, 0, 0, 1), Uint8Array.of(0xc7, 1, 0x42, 1)],
    ...[Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff), Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff), Uint8Array.of(0xdc)],
    ...[
      Uint8Array.of(1, 1),
      Uint8Array.of(),
      Uint8Array.of(0x91),
      Uint8Array.of(0xa5, 0x61),
      Uint8Array.of(0xc6, 0xff),
    ],
    ...[Uint8Array.of(0xc7, 5, 0xff, 0, 0, 0, 0, 0), Uint8Array.from({ length: 600 }, () => 0x91)],
  ];
  for (const [index, bytes] of hostile.entries()) {
    assert.equal(isPlainMessagePack(Buffer.from(bytes)), false, `bytes ${index}`);
    assert.equal(await decodeRaw(bytes), undefined, `bytes ${index}`);
  }
});

test('[CACHE-164] whatever the bytes are, they give plain data or nothing', async () => {
  const allowed = new Set(['Object', 'Array', 'Date', 'Set', 'Buffer', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray']);
  for (const width of [16, 32]) for (const kind of ['Int', 'Uint']) allowed.add(`${kind}${width}Array`);
  for (const name of ['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array']) allowed.add(name);
  const look = (value: unknown): void => {
    assert.notEqual(typeof value, 'function');
    if (typeof value !== 'object' || value === null) return;
    const prototype = Object.getPrototypeOf(value);
    assert.ok(allowed.has(prototype.constructor.name), prototype.constructor.name);
    if (value instanceof Set || Array.isArray(value)) for (const each of value) look(each);
    else if (prototype === Object.prototype) for (const each of Object.values(value)) look(each);
  };
  const changed = fc.tuple(packableValue, fc.nat(), fc.nat({ max: 255 })).map(([value, at, byte]) => {
    const bytes = Buffer.from(serializer.encode(value));
    bytes[at % bytes.length] = byte;
    return bytes;
  });
  const bytes = fc.oneof(changed, fc.uint8Array({ minLength: 1, maxLength: 60 }));
  const property = fc.property(bytes, (it) => {
    let value: unknown;
    try {
      value = serializer.decode(Buffer.from(it));
    } catch {
      return;
    }
    look(value);
  });
  fc.assert(property, { numRuns: 20_000, ...propertySeed() });
});
