import { type Keeping, kindOf } from './loss.ts';
import { OWN_SERIALIZER, refuseLoss } from './lossless-serializer.ts';
import type { Serializer } from './serializer.ts';

/** What {@link createMsgpackrSerializer} keeps and JSON does not. */
const KEPT_BY_MSGPACKR =
  /^(?:undefined|a bigint|NaN|-?Infinity|an object of the class (?:Date|Set|Buffer|(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array))$/;

const KEEPING: Keeping = {
  leaf(value) {
    if (typeof value === 'string' || typeof value === 'boolean') return undefined;
    if (typeof value !== 'number') return value === undefined ? 'undefined' : `a ${typeof value}`;
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? undefined : String(value);
  },
  exotic: kindOf,
  name: () => undefined,
};

const LOSSLESS = {
  name: 'JSON',
  keeping: KEEPING,
  keeper: (problem: string): string => (KEPT_BY_MSGPACKR.test(problem) ? 'createMsgpackrSerializer()' : OWN_SERIALIZER),
};

/**
 * JSON that refuses what JSON would change in silence. `__proto__` is a property as any other: JSON.parse defines it and
 * does not assign it. Lone surrogates are kept, as escapes.
 */
export const STRICT_JSON: Serializer = {
  id: 1,
  name: 'JSON',
  encode(value) {
    refuseLoss(value, LOSSLESS);
    return Buffer.from(JSON.stringify(value));
  },
  decode: (bytes) => JSON.parse(bytes.toString()),
};
