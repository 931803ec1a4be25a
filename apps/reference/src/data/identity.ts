import { createHash } from 'node:crypto';

/** Invented passwords of the data set. Four, because a bcrypt hash of cost 12 takes 175 ms of CPU. */
const PASSWORD_KINDS = 4;

/** The login name of user `index`, 1 up: `trader0001`. */
export function usernameOf(index: number): string {
  return `trader${String(index).padStart(4, '0')}`;
}

export function emailOf(index: number): string {
  return `${usernameOf(index)}@example.test`;
}

/** The password of user `index`; every fourth user shares one. */
export function userPassword(index: number): string {
  return `reference-trader-${index % PASSWORD_KINDS}`;
}

/** Every password that {@link userPassword} gives. */
export function allPasswords(): readonly string[] {
  return Array.from({ length: PASSWORD_KINDS }, (_, index) => userPassword(index));
}

/** The sixteen bytes of salt under the hash of `password`: from the seed, so that a seed gives the same table. */
export function saltOf(password: string, seed: number): Uint8Array {
  return digest(`salt:${seed}:${password}`).subarray(0, 16);
}

/**
 * The session that the data set holds for user `userIndex`: a token with this `jti` is accepted without a login.
 * Good for a day of wall-clock time from the moment of loading.
 */
export function sessionOf(userIndex: number, seed: number): { readonly jti: string; readonly userId: number } {
  const bytes = digest(`session:${seed}:${userIndex}`);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const jti = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  return { jti, userId: userIndex };
}

/** The upstream's name for key `index`, 1 up: `crs_00001`. */
export function crsKeyIdOf(index: number): string {
  return `crs_${String(index).padStart(5, '0')}`;
}

/** What stands in for the hash of an API key; there is no key behind it. */
export function keyHashOf(index: number, seed: number): string {
  return digest(`api-key:${seed}:${index}`).toString('hex');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
