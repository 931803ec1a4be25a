import { createHmac, hash, randomBytes } from 'node:crypto';
import { checkTokenForm } from './token-claims.ts';

/** What sets the names of one token check apart. */
export interface TokenKeyOptions {
  /** Kept apart from where the names are. */
  readonly pepper: string;
  /** How the tokens are verified: what one verifier let in is not there for another. */
  readonly configuration: string;
}

/** The names under which the identities of tokens are kept. */
export interface TokenKeys {
  /** The name of whatever text. */
  of(token: string): string;
  /**
   * The name of what somebody sent; what cannot be a token is refused before anything is computed over it. While one token
   * comes again and again on a connection, neither is done again.
   */
  sent(token: string, connection: object | undefined): string;
}

/** A pepper that ends with the process. */
export function randomPepper(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Names are SHA-256 over all of the token behind a secret of fixed length. That is no MAC for texts of any kind, but what
 * can be appended to a hashed text without knowing the secret begins with bytes that no token may have.
 */
export function createTokenKeys({ pepper, configuration }: TokenKeyOptions): TokenKeys {
  const secret = createHmac('sha256', pepper).update(`millrace.auth.token-key\n${configuration}`).digest('base64url');
  const start = `millrace.auth.token\n${secret}\n`;
  const of = (token: string): string => hash('sha256', start + token, 'base64url');
  const last = new WeakMap<object, { readonly token: string; readonly key: string }>();
  return {
    of,
    sent(token, connection) {
      const known = connection && last.get(connection);
      if (known !== undefined && known.token === token) return known.key;
      checkTokenForm(token);
      const key = of(token);
      if (connection !== undefined) last.set(connection, { token, key });
      return key;
    },
  };
}
