import { argon2Sync, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { Argon2idCost } from './hash-cost.ts';
import { type DerivedHash, formatArgon2id } from './stored-hash.ts';

/*
 * What blocks for as long as a hash takes, so it runs in the gate's own threads alone.
 */

/** Whether the hash was derived from `password`. Takes as long whichever it is. */
export function verifyDerived(password: string, stored: DerivedHash): boolean {
  return timingSafeEqual(derive(password, stored), stored.tag);
}

/** The PHC string of `password` by argon2id, with 16 random bytes of salt and a tag of 32. */
export function hashArgon2id(password: string, cost: Argon2idCost): string {
  const salt = randomBytes(16);
  return formatArgon2id(cost, salt, argon2id(password, cost, salt, 32));
}

function derive(password: string, stored: DerivedHash): Buffer {
  const { salt, tag } = stored;
  if (stored.algorithm === 'argon2id') return argon2id(password, stored, salt, tag.length);
  const { log2N, blockSize, lanes } = stored;
  const N = 2 ** log2N;
  // Twice what it fills: the bound is there to catch mistakes, and the gate has its own.
  const maxmem = 256 * blockSize * (N + lanes + 2);
  return scryptSync(password, salt, tag.length, { N, r: blockSize, p: lanes, maxmem });
}

function argon2id(
  password: string,
  { memoryKiB, passes, lanes }: Argon2idCost,
  salt: Buffer,
  tagLength: number,
): Buffer {
  const cost = { memory: memoryKiB, passes, parallelism: lanes, tagLength };
  return argon2Sync('argon2id', { message: password, nonce: salt, ...cost });
}
