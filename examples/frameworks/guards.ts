import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { createSigner, createVerifier } from 'fast-jwt';
import { createTokenCheck, fastJwtVerifier } from 'millrace/auth';
import { createLoadShedder, createRateLimiter } from 'millrace/ratelimit';

/** What the four services have in common. */

/** Who is signed in. */
export interface User {
  readonly id: string;
  readonly name: string;
}

/** In place of a database. */
const USERS: readonly User[] = [{ id: '1', name: 'Ada' }];
const key = process.env.JWT_SECRET_KEY ?? randomBytes(32).toString('base64');

export const tokens = createTokenCheck({
  verify: fastJwtVerifier(createVerifier, { key, algorithms: ['HS256'] }),
  loadIdentity: async ({ sub }) => USERS.find(({ id }) => id === sub),
});

export const shedder = createLoadShedder();

/** Before it is known who asks; large, since an office may be one network. */
export const perNetwork = createRateLimiter({
  name: 'network',
  rules: [{ name: 'network', limit: 3_000, windowMs: 60_000 }],
});

/** Bad tokens of one network. */
export const forged = createRateLimiter({
  name: 'forged',
  rules: [{ name: 'forged', limit: 60, windowMs: 60_000 }],
});

export const perUser = createRateLimiter({
  name: 'user',
  rules: [{ name: 'user', limit: 60, windowMs: 60_000, burst: 5 }],
});

/** Says how to ask a service that was just started. */
export function greet(port: number): void {
  const token = createSigner({ key, expiresIn: 3_600_000 })({ sub: '1' });
  console.log(`curl -i -H 'authorization: Bearer ${token}' http://127.0.0.1:${port}/me`);
}

/** `PORT`, else 3000. */
export const port: number = Number(process.env.PORT ?? 3_000);
