import { tokenInvalid } from './token-claims.ts';

/** Three parts, the last of them not empty. */
const PARTS = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * Refuses what is no signed token in compact form (RFC 7515 section 7.1), written in the one way that it has: the libraries
 * take some texts that differ from it, by characters that they skip or bits that they drop, for the same token.
 * @throws `MILLRACE_AUTH_TOKEN_INVALID`
 */
export function checkCompactForm(token: string): void {
  const [, ...parts] = PARTS.exec(token) ?? [];
  if (parts.length !== 3) throw tokenInvalid('it is not three parts in base64url');
  for (const part of parts) {
    if (Buffer.from(part, 'base64url').toString('base64url') !== part) throw tokenInvalid('a part is no base64url');
  }
}
