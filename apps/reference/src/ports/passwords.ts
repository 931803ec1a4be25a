/** bcrypt, cost 12, whatever the mode: a weaker hash is no optimisation. */
export const PASSWORD_COST = 12;

/** The hash of a password that nobody knows: an unknown user costs as much time as a wrong password. */
export const NOBODYS_HASH = '$2b$12$NbuTljS3pdwfW4pI/mdqLOaLuW/0fhwM6HnC.ShuiKpnkSv02zrlu';

/** What a look at a password finds. */
export interface PasswordCheck {
  /** Whether the user is known, and the password theirs. */
  readonly matches: boolean;
  /** To be stored in place of the hash that was given, which was made by weaker means than new ones are. */
  readonly upgradedHash?: string | undefined;
}

/** The two costly operations on passwords. */
export interface Passwords {
  /** Most bytes of a password: what would be cut off is refused. */
  readonly maxBytes: number;
  /** @param hash what is stored for the user; undefined for one whom nobody knows, which takes as long */
  check(password: string, hash: string | undefined): Promise<PasswordCheck>;
  hash(password: string): Promise<string>;
  close(): Promise<void>;
}

/** bcrypt reads no further. */
export const MAX_BCRYPT_BYTES = 72;
