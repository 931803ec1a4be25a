import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { refusals, shared } from './codec.test.model.ts';
import { createValueCodec, type Serializer } from './index.ts';

const KEY = 'users:42';
const CODE = 'MILLRACE_CACHE_VALUE_UNSERIALIZABLE';

class User {
  readonly name = 'Ann';
}

class DateArray {}

function circle(): object {
  const node: Record<string, unknown> = { leaf: 1 };
  node.children = [{ parent: node }];
  return node;
}

function nested(levels: number): unknown {
  let value: unknown = 'core';
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

const MSGPACKR = 'createMsgpackrSerializer\\(\\)';
const OWN = 'a serializer of your own';

/** What is refused, how the error tells it, and who keeps it. */
const LOSSES: readonly [unknown, string, string][] = [
  [undefined, 'undefined at value', 'null'],
  [{ born: new Date(0) }, 'class Date at value\\.born', MSGPACKR],
  [{ of: [1, new Set()] }, 'class Set at value\\.of\\[1\\]', MSGPACKR],
  [new Map(), 'class Map at value', OWN],
  [[undefined], 'undefined at value\\[0\\]', MSGPACKR],
  [new Array(2), 'undefined at value\\[0\\]', MSGPACKR],
  [{ id: 1n }, 'a bigint at value\\.id', MSGPACKR],
  [{ rate: Number.NaN }, 'NaN at value\\.rate', MSGPACKR],
  [[-Infinity], '-Infinity at value\\[0\\]', MSGPACKR],
  [[0, -0], '-0 at value\\[1\\]', OWN],
  [{ 'a b': Buffer.from('x') }, 'class Buffer at value\\["a b"\\]', MSGPACKR],
  [new Float64Array(1), 'class Float64Array at value', MSGPACKR],
  [new DateArray(), 'class DateArray at value', OWN],
  [new User(), 'class User at value', OWN],
  [Object.create({ inherited: 1 }), 'class Object at value', OWN],
  [{ toJSON: () => 1 }, 'a function at value\\.toJSON', OWN],
  [Symbol('x'), 'a symbol at value', OWN],
  [{ [Symbol('x')]: 1 }, 'a property named by a symbol at value', OWN],
  [Object('x'), 'class String at value', OWN],
  [/x/, 'class RegExp at value', OWN],
  [new Error('x'), 'class Error at value', OWN],
  [Promise.resolve(), 'class Promise at value', OWN],
  [class extends Array {}.of(1), 'an object of a class at value', OWN],
  [circle(), 'a circle at value\\.children\\[0\\]\\.parent', OWN],
  [nested(501), 'more than 500 levels at value\\[0\\]', OWN],
];

for (const [index, [value, told, keeper]] of LOSSES.entries()) {
  test(`[CACHE-160] JSON refuses loss ${index}: ${told}`, () => {
    const codec = createValueCodec();
    const mend = new RegExp(`use ${keeper}$`);
    assert.throws(() => codec.encode(KEY, shared(value)), { code: CODE, message: new RegExp(told), mend });
    assert.equal(codec.stats().writesRefused.unserializable, 1);
  });
}

test('[CACHE-160] what JSON keeps is not refused', async () => {
  const codec = createValueCodec();
  const kept: [unknown, unknown][] = [
    [{ a: undefined, b: 1 }, { b: 1 }],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [runInNewContext('({ list: [1, { deep: true }] })'), { list: [1, { deep: true }] }],
    [{ toJSON: 1 }, { toJSON: 1 }],
    [
      ['\ud800', '\u2028', '\0'],
      ['\ud800', '\u2028', '\0'],
    ],
    [nested(500), nested(500)],
    ...[null, false, 0, '', [], {}, 1e300].map((it): [unknown, unknown] => [it, it]),
  ];
  for (const [value, expected] of kept) {
    const found = await codec.decode(KEY, await codec.encode(KEY, shared(value)));
    assert.deepEqual(found?.value, expected);
  }
  const twice = { same: true };
  assert.deepEqual((await codec.decode(KEY, await codec.encode(KEY, shared([twice, twice]))))?.value, [twice, twice]);
});

test('[CACHE-160] a path with names of any length is told in one short line', () => {
  const long = { ['x\n\u001b[31m'.repeat(400)]: new Date(0) };
  const isShort = ({ message }: Error): boolean =>
    message.length < 350 && !message.includes('\n') && !message.includes('\u001b');
  assert.throws(() => createValueCodec().encode(KEY, shared(long)), isShort);
});

test('[CACHE-161] __proto__ and its like are properties as any other, and no prototype changes', async () => {
  const codec = createValueCodec();
  const hostile = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"\\u005f_proto__x":1}';
  const found = await codec.decode(KEY, await codec.encode(KEY, shared(JSON.parse(hostile))));
  const value = found?.value as Record<string, unknown>;
  assert.equal(JSON.stringify(value), JSON.stringify(JSON.parse(hostile)));
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(({} as { admin?: unknown }).admin, undefined);
  assert.equal(({ ...value } as { admin?: unknown }).admin, undefined);
});

test('[CACHE-162] a serializer of one’s own is used, its errors are refusals, and its id keeps others out', async () => {
  const text: Serializer = {
    id: 200,
    name: 'text',
    encode(value) {
      if (typeof value !== 'string') throw new TypeError('not a text');
      return Buffer.from(value, 'utf16le');
    },
    decode(bytes) {
      if (bytes.length % 2 > 0) throw new TypeError('half a letter');
      return bytes.length === 0 ? undefined : bytes.toString('utf16le');
    },
  };
  const codec = createValueCodec({ serializer: text });
  const bytes = await codec.encode(KEY, shared('\ud800 text'));
  assert.equal((await codec.decode(KEY, bytes))?.value, '\ud800 text');
  assert.throws(
    () => codec.encode(KEY, shared(1)),
    (error: Error) => {
      const { code, message, cause } = error as Error & { code: string };
      return code === CODE && /text failed at value/.test(message) && cause instanceof TypeError;
    },
  );
  const half = createValueCodec({ serializer: { ...text, encode: () => Buffer.from('abc') } });
  const none = createValueCodec({ serializer: { ...text, encode: () => Buffer.alloc(0) } });
  for (const other of [half, none]) {
    assert.equal(await codec.decode(KEY, await other.encode(KEY, shared(''))), undefined);
  }
  assert.equal(await createValueCodec().decode(KEY, bytes), undefined);
  assert.deepEqual(refusals(codec), { undecodable: 2 });
});
