import { randomBytes } from 'node:crypto';
import { AUTH_ERRORS } from './errors.ts';
import { type Argon2idCost, costOf, type HashCost, type HashTarget } from './hash-cost.ts';

/** A stored hash, taken apart. bcrypt's is compared by its own package. */
export type StoredHash = Extract<HashCost, { algorithm: 'bcrypt' }> | DerivedHash;

/** A hash that is compared with what is derived from the password anew. */
export type DerivedHash = Exclude<HashCost, { algorithm: 'bcrypt' }> & {
  readonly salt: Buffer;
  readonly tag: Buffer;
};

/**
 * Version, cost, 22 characters of salt, 31 of digest. 128 and 184 bits do not fill these, so their last characters are
 * among 4 and 16; the verifier answers "no" to others without hashing, which would tell by the time it takes.
 */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;
/** PHC strings: salt of 8 to 64 bytes, tag of 16 to 64. */
const ARGON2ID = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/]{11,86})\$([\w+/]{22,86})$/;
const SCRYPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]{11,86})\$([\w+/]{22,86})$/;

const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** Takes a stored hash apart: bcrypt (2a, 2b, 2y), argon2id or scrypt as PHC strings. @throws `MILLRACE_AUTH_HASH_INVALID` */
export function parseStoredHash(hash: string): StoredHash {
  if (typeof hash === 'string') {
    const cost = BCRYPT.exec(hash)?.[1];
    if (cost !== undefined) return { algorithm: 'bcrypt', cost: Number(cost) };
    const derived = parseArgon2id(hash) ?? parseScrypt(hash);
    if (derived !== undefined) return derived;
  }
  throw AUTH_ERRORS.create('MILLRACE_AUTH_HASH_INVALID');
}

/** The PHC string of an argon2id hash. */
export function formatArgon2id({ memoryKiB, passes, lanes }: Argon2idCost, salt: Buffer, tag: Buffer): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${encode(salt)}$${encode(tag)}`;
}

/** Whether it is of another algorithm than `target`, or costs less, or has a short salt or tag. */
export function isWeaker(stored: StoredHash, target: HashTarget): boolean {
  if (typeof target === 'number') return stored.algorithm !== 'bcrypt' || stored.cost < target;
  if (stored.algorithm !== 'argon2id') return true;
  if (stored.salt.length < SALT_BYTES || stored.tag.length < TAG_BYTES) return true;
  return stored.memoryKiB < target.memoryKiB || stored.passes < target.passes;
}

/** A hash of no password, at the cost of real ones: comparing with it takes as long, and says no. */
export function dummyHash(target: HashTarget): string {
  const cost = costOf(target);
  if (cost.algorithm === 'argon2id') return formatArgon2id(cost, randomBytes(SALT_BYTES), randomBytes(TAG_BYTES));
  const letters = (count: number): string => randomBytes(count).toString('base64').slice(0, count).replaceAll('+', '.');
  return `$2b$${String(target).padStart(2, '0')}$${letters(21)}.${letters(30)}.`;
}

function parseArgon2id(hash: string): DerivedHash | undefined {
  const [, memory, passes, lanes, salt, tag] = ARGON2ID.exec(hash) ?? [];
  const bytes = decodeBoth(salt, tag);
  if (bytes === undefined) return undefined;
  const cost = { memoryKiB: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { algorithm: 'argon2id', ...cost, ...bytes };
}

function parseScrypt(hash: string): DerivedHash | undefined {
  const [, log2N, blockSize, lanes, salt, tag] = SCRYPT.exec(hash) ?? [];
  const bytes = decodeBoth(salt, tag);
  if (bytes === undefined) return undefined;
  const cost = { log2N: Number(log2N), blockSize: Number(blockSize), lanes: Number(lanes) };
  return { algorithm: 'scrypt', ...cost, ...bytes };
}

/** Undefined unless both are base64 as it is written, without padding. */
function decodeBoth(salt: string | undefined, tag: string | undefined): { salt: Buffer; tag: Buffer } | undefined {
  if (salt === undefined || tag === undefined) return undefined;
  const bytes = { salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
  return encode(bytes.salt) === salt && encode(bytes.tag) === tag ? bytes : undefined;
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
