import assert from 'node:assert/strict';
import { usernameOf, userPassword } from './data/index.ts';
import type { Service } from './service.ts';

/** The token of a user who signs in. */
export async function logIn(
  { app }: Service,
  userId: number,
  password: string = userPassword(userId),
): Promise<string> {
  const payload = { username: usernameOf(userId), password };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/token', payload });
  assert.equal(answer.statusCode, 200, answer.body);
  return (answer.json() as { access_token: string }).access_token;
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** How a request with a token is answered. */
export async function statusOf({ app }: Service, token: string): Promise<number> {
  return (await app.inject({ url: '/api/v1/auth/me', headers: bearer(token) })).statusCode;
}
