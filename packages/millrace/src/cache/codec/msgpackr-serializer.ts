import { CACHE_ERRORS } from '../errors.ts';
import { type Keeping, kindOf } from './loss.ts';
import { OWN_SERIALIZER, refuseLoss } from './lossless-serializer.ts';
import { isPlainMessagePack } from './message-pack-scan.ts';
import type { Serializer } from './serializer.ts';

const INT64_END = 2n ** 63n;

/** The prototypes of the typed arrays that are kept, and of Buffer. */
const BYTES: ReadonlySet<object> = new Set<object>(
  [
    ...[Buffer, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
  ].map((kind) => kind.prototype),
);

const KEEPING: Keeping = {
  leaf(value) {
    switch (typeof value) {
      case 'string':
        return value.isWellFormed() ? undefined : 'a lone surrogate';
      case 'number':
        return Object.is(value, -0) ? '-0' : undefined;
      case 'bigint':
        return value >= -INT64_END && value < INT64_END ? undefined : 'a bigint of more than 64 bits';
      case 'boolean':
      case 'undefined':
        return undefined;
      default:
        return `a ${typeof value}`;
    }
  },
  exotic(value) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Set.prototype) return [...(value as Set<unknown>)];
    if (prototype === Date.prototype) return Number.isNaN(Number(value)) ? 'a date that is none' : [];
    return BYTES.has(prototype) ? [] : kindOf(value);
  },
  name(name) {
    if (name === '__proto__') return 'a property named __proto__';
    return name.isWellFormed() ? undefined : 'a name with a lone surrogate';
  },
};

const LOSSLESS = { name: 'msgpackr', keeping: KEEPING, keeper: (): string => OWN_SERIALIZER };

/**
 * MessagePack by the package msgpackr, an optional peer that is loaded by this call. Beyond JSON it keeps dates, sets, typed
 * arrays and buffers, bigints of 64 bits, NaN, the infinities, and undefined; it refuses what it would lose. Bytes that
 * hold more than that — records, classes, references, extensions it does not know — are refused before msgpackr sees them.
 * @throws MILLRACE_CACHE_MSGPACKR_MISSING
 * @example
 * const codec = createValueCodec({ serializer: await createMsgpackrSerializer(), schemaVersion: 2 });
 */
export async function createMsgpackrSerializer(): Promise<Serializer> {
  const { Packr } = await loadMsgpackr();
  const packr = new Packr({
    useRecords: false,
    mapsAsObjects: true,
    variableMapSize: true,
    moreTypes: true,
    useToJSON: false,
    structuredClone: false,
    copyBuffers: true,
  });
  return {
    id: 2,
    name: 'msgpackr',
    encode(value) {
      refuseLoss(value, LOSSLESS);
      return packr.pack(value);
    },
    decode(bytes) {
      if (!isPlainMessagePack(bytes)) throw new TypeError('not MessagePack of plain data');
      return packr.unpack(bytes);
    },
  };
}

async function loadMsgpackr(): Promise<typeof import('msgpackr')> {
  try {
    return await import('msgpackr');
  } catch (cause) {
    throw CACHE_ERRORS.create('MILLRACE_CACHE_MSGPACKR_MISSING', {}, cause);
  }
}
