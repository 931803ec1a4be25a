import { definePasswordPolicy } from 'millrace/auth';
import type { Accounts, Passwords, PasswordTry, User } from '../ports/index.ts';
import { Problem } from '../problem.ts';

/** What passwords are judged by. */
export interface CredentialParts {
  readonly accounts: Accounts;
  readonly passwords: Passwords;
}

/** A user whose password was right, and a better hash of it where the stored one is weak. */
export interface Verified {
  readonly user: User;
  readonly upgradedHash: string | undefined;
}

const POLICY = definePasswordPolicy({ words: ['millrace', 'reference'] });
/** Another login may store a better hash between the look at a password and what is done with it. */
const ATTEMPTS = 2;

/** Refuses what no hash can be made of. */
export function requireHashable(password: string, { maxBytes }: Passwords): void {
  if (password.includes('\0')) throw new Problem(400, 'a password must not hold NUL');
  if (!password.isWellFormed()) throw new Problem(400, 'a password must be well-formed Unicode');
  if (Buffer.byteLength(password) > maxBytes) {
    throw new Problem(400, `a password must not be longer than ${maxBytes} bytes`);
  }
}

/** Refuses a new password that no hash can be made of, or that is easy to guess, also by what others know of its user. */
export function requireGood(password: string, passwords: Passwords, about: readonly string[]): void {
  requireHashable(password, passwords);
  POLICY.check(password, about);
}

/**
 * What `use` gives for the user whose password this is; undefined where it is not, or where its hash is another by the time
 * that `use` compares it. An unknown or inactive user costs as much time as a wrong password.
 */
export async function asVerified<Result>(
  { accounts, passwords }: CredentialParts,
  [username, password]: readonly [username: string, password: string],
  use: (verified: Verified) => Promise<Result | undefined>,
): Promise<Result | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const user = await accounts.findByUsername(username);
    const { matches, upgradedHash } = await passwords.check(password, user?.passwordHash);
    if (!user?.isActive || !matches) return undefined;
    const result = await use({ user, upgradedHash });
    if (result !== undefined) return result;
  }
  return undefined;
}

/** Tells the limits how an attempt ended: undefined is a wrong password, and a failure nobody's guess. */
export async function judged<Result>(
  attempt: PasswordTry,
  look: () => Promise<Result | undefined>,
): Promise<Result | undefined> {
  const result = await look().catch(async (error: unknown) => {
    await attempt.withdrawn();
    throw error;
  });
  if (result === undefined) attempt.failed();
  return result;
}
