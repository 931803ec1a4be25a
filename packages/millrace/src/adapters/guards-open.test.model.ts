import type { TestContext } from 'node:test';
import { AUTH_ERRORS, createTokenCheck } from '../auth/index.ts';
import { type Clock, systemClock } from '../core/index.ts';
import { createRateLimiter } from '../ratelimit/index.ts';
import type { GuardedService, Guards, Serve, User } from './guards.test.model.ts';

/** Nothing that was counted comes back by itself. */
const stopped: Clock = { ...systemClock, now: () => 0 };
const EXP = Math.floor(Date.now() / 1_000) + 3_600;

/** Tokens are `good-NAME`; `broken` has an identity that cannot be loaded, `later` keys that cannot be fetched. */
function openTokens(): Guards['tokens'] {
  return createTokenCheck<{ sub: string; exp: number }, User>({
    verify(token) {
      if (token === 'later') throw AUTH_ERRORS.create('MILLRACE_AUTH_KEYS_UNAVAILABLE', {});
      if (!token.startsWith('good-')) throw new Error('bad signature');
      return { sub: token.slice(5), exp: EXP };
    },
    async loadIdentity({ sub }) {
      if (sub === 'broken') throw new Error('the database is away');
      return { id: sub };
    },
  });
}

/** A service of three requests a minute and user, unless said otherwise. */
export async function openService(t: TestContext, serve: Serve, guards: Partial<Guards> = {}): Promise<GuardedService> {
  const rules = [{ name: 'minute', limit: 3, windowMs: 60_000 }];
  const limiter = createRateLimiter({ name: 'api', rules, clock: stopped });
  const service = await serve({
    tokens: openTokens(),
    limiter,
    key: (_path, user) => ['user', user?.id ?? ''],
    exemptions: undefined,
    shedder: { admit: () => ({ admitted: true, retryAfterMs: 0 }) },
    ...guards,
  });
  t.after(() => service.close());
  return service;
}

/** The credentials of a user. */
export function as(user: string): Record<string, string> {
  return { authorization: `Bearer good-${user}` };
}
