import { AUTH_ERRORS } from './errors.ts';

/** What argon2id (RFC 9106) costs. */
export interface Argon2idCost {
  /** Memory that one hash fills, in KiB. 8 a lane up to the gate's `maxMemoryKiB`. */
  readonly memoryKiB: number;
  /** How often it is filled. 1 to 16. */
  readonly passes: number;
  /** Lanes of it. 1 to 16; 1 is common, as a thread of the gate fills them one after another. */
  readonly lanes: number;
}

/** How new hashes are made: by argon2id, or, as a number, by bcrypt at that cost. */
export type HashTarget = Argon2idCost | number;

/** Bounds for what a hash may cost, so that none that is stored stops the service. */
export interface HashLimits {
  /** Highest bcrypt cost. */
  readonly maxCost: number;
  /** Most memory of one argon2id or scrypt hash. */
  readonly maxMemoryKiB: number;
}

/** The parameters of scrypt (RFC 7914), N as its exponent. */
export interface ScryptCost {
  readonly log2N: number;
  readonly blockSize: number;
  readonly lanes: number;
}

/** What a hash costs, whatever made it. */
export type HashCost =
  | { readonly algorithm: 'bcrypt'; readonly cost: number }
  | ({ readonly algorithm: 'argon2id' } & Argon2idCost)
  | ({ readonly algorithm: 'scrypt' } & ScryptCost);

/** OWASP's first choice for argon2id (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. */
export const DEFAULT_TARGET: Argon2idCost = { memoryKiB: 19_456, passes: 2, lanes: 1 };

/** The format's own minimum. */
const MIN_BCRYPT_COST = 4;

/** Refuses what costs more than the limits allow, or less than its algorithm can. @returns the same */
export function checkCost<Cost extends HashCost>(cost: Cost, { maxCost, maxMemoryKiB }: HashLimits): Cost {
  if (cost.algorithm === 'bcrypt') {
    if (isWhole(cost.cost, MIN_BCRYPT_COST, maxCost)) return cost;
    throw AUTH_ERRORS.create('MILLRACE_AUTH_HASH_COST', { cost: cost.cost, min: MIN_BCRYPT_COST, max: maxCost });
  }
  checkParameter(cost, 'lanes', cost.lanes, 1, 16);
  if (cost.algorithm === 'argon2id') {
    checkParameter(cost, 'passes', cost.passes, 1, 16);
    checkParameter(cost, 'memoryKiB', cost.memoryKiB, 8 * cost.lanes, maxMemoryKiB);
    return cost;
  }
  checkParameter(cost, 'log2N', cost.log2N, 1, 20);
  checkParameter(cost, 'blockSize', cost.blockSize, 1, 32);
  checkParameter(cost, 'memoryKiB', Math.ceil((2 ** cost.log2N * cost.blockSize) / 8), 1, maxMemoryKiB);
  return cost;
}

/** The cost of hashes that are made anew. */
export function costOf(target: HashTarget): HashCost {
  return typeof target === 'number' ? { algorithm: 'bcrypt', cost: target } : { ...target, algorithm: 'argon2id' };
}

/** Names all hashes that take the same time. */
export function nameOf(cost: HashCost): string {
  if (cost.algorithm === 'bcrypt') return `bcrypt ${cost.cost}`;
  return cost.algorithm === 'argon2id'
    ? `argon2id ${cost.memoryKiB} ${cost.passes} ${cost.lanes}`
    : `scrypt ${cost.log2N} ${cost.blockSize} ${cost.lanes}`;
}

function checkParameter({ algorithm }: HashCost, parameter: string, value: number, min: number, max: number): void {
  if (isWhole(value, min, max)) return;
  throw AUTH_ERRORS.create('MILLRACE_AUTH_HASH_PARAMETER', { algorithm, parameter, value: String(value), min, max });
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
