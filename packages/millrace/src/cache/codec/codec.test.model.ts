import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { SharedValue } from '../shared/index.ts';
import { type CodecOptions, createValueCodec, type DecodedValue, type ValueCodec } from './index.ts';

/** A value as the cache shares it. */
export function shared(value: unknown, rest: Partial<SharedValue> = {}): SharedValue {
  const place = { epoch: 'gen.node', position: 7 };
  return { value, tags: ['users', 'user:1'], place, ttlMs: 60_000, staleMs: 5_000, loadMs: 12.5, ...rest };
}

/** A random key, as an operator would make one. */
export const newKey = (): Buffer => randomBytes(32);

/** Makes a codec that encrypts with the key `k1`, a new one unless given. */
export function createSealing(options: CodecOptions = {}, key: Uint8Array = newKey()): ValueCodec {
  return createValueCodec({ ...options, encryption: { current: 'k1', keys: { k1: key } } });
}

/** The reasons for which a codec refused what it read. */
export function refusals(codec: ValueCodec): Record<string, number> {
  return Object.fromEntries(Object.entries(codec.stats().readsRefused).filter(([, count]) => count > 0));
}

/** What must come back besides the id. */
export function withoutId(found: DecodedValue | undefined): Omit<DecodedValue, 'id'> | undefined {
  if (found === undefined) return undefined;
  const { id: _, ...rest } = found;
  return rest;
}

/** A number that JSON keeps. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((it) => (it === 0 ? 0 : it));
const name = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', ''),
);

/** Whatever strict JSON keeps, lone surrogates and awkward names too. */
export const jsonValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(number, fc.boolean(), fc.constant(null), fc.string({ unit: 'binary' }), fc.string()),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const typed = fc.oneof(
  fc.oneof(fc.int8Array(), fc.uint8Array(), fc.uint8ClampedArray(), fc.int16Array(), fc.uint16Array()),
  fc.oneof(fc.int32Array(), fc.uint32Array(), fc.float32Array(), fc.float64Array()),
  fc.array(int64, { maxLength: 4 }).map((it) => BigInt64Array.from(it)),
  fc.uint8Array().map((it) => Buffer.from(it)),
);
const plainName = fc
  .oneof(fc.string(), fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'then', ''))
  // By chance it makes the one that is refused.
  .filter((name) => name !== '__proto__');

/** Whatever the msgpackr serializer keeps. */
export const packableValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(number, fc.boolean(), fc.constantFrom(null, undefined, Number.NaN, Infinity, -Infinity), fc.string()),
    fc.oneof(int64, fc.date({ noInvalidDate: true }), typed, fc.string({ unit: 'grapheme' }), fc.maxSafeInteger()),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 5 }).map((it) => new Set(it)),
    fc.dictionary(plainName, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

/** Times, places and tags as the cache gives them. */
export const about: fc.Arbitrary<Omit<SharedValue, 'value'>> = fc
  .record({
    tags: fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('__proto__')), { maxLength: 4 }),
    epoch: fc.string({ maxLength: 80 }),
    position: fc.nat({ max: 2 ** 31 - 1 }).map((it) => it * 100_000),
    ttlMs: fc.nat({ max: 31_536_000 }).map((it) => it * 1_000),
    staleMs: fc.nat({ max: 31_536_000 }).map((it) => it * 1_000),
    loadMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
  })
  .map(({ epoch, position, ...rest }) => ({ place: { epoch, position }, ...rest }));
