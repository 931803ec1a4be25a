/** bcrypt, cost 12, whatever the mode: a weaker hash is no optimisation. */
export const PASSWORD_COST = 12;

/** The two costly operations on passwords. */
export interface Passwords {
  verify(password: string, hash: string): Promise<boolean>;
  hash(password: string): Promise<string>;
  close(): Promise<void>;
}
