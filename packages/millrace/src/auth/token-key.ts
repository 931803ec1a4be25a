import { hash } from 'node:crypto';

/** The name under which a token's identity is kept: SHA-256 over all of it, set apart from other uses of the hash. */
export function tokenKey(token: string): string {
  return hash('sha256', `millrace.auth.token\n${token}`, 'base64url');
}
