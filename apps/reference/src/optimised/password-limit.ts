import { createLoginGuard, type LoginRequest } from 'millrace/auth';
import type { PasswordTry } from '../ports/index.ts';
import { Problem } from '../problem.ts';
import type { LimitParts } from './limits.ts';

const QUARTER_MS = 900_000;
/** Of one network, of one device, and for one account from anywhere: how many of what one account may from one network. */
const NETWORK_SHARE = 6;
const DEVICE_SHARE = 2;
const ACCOUNT_SHARE = 4;

/** Limits guesses at passwords, for all instances where they have a Redis. */
export interface PasswordLimit extends Disposable {
  readonly name: string;
  /** Counts an attempt before the password is looked at. Rejects with 429, which does not say whose count was used up. */
  begin(request: LoginRequest): Promise<PasswordTry>;
}

export function createPasswordLimit({ failureLimit, deviceSecret, clock, shared }: LimitParts): PasswordLimit {
  const quarter = (limit: number) => ({ limit, windowMs: QUARTER_MS });
  const guard = createLoginGuard({
    name: shared === undefined ? 'password' : `${shared.namespace}.password`,
    secrets: [deviceSecret],
    pair: quarter(failureLimit),
    network: quarter(failureLimit * NETWORK_SHARE),
    device: quarter(failureLimit * DEVICE_SHARE),
    account: { limit: failureLimit * ACCOUNT_SHARE, windowMs: 4 * QUARTER_MS },
    ...(shared !== undefined && { driver: shared.driver }),
    clock,
  });
  return {
    name: guard.name,
    async begin(request) {
      const attempt = await guard.begin(request);
      if (!attempt.allowed) throw tooManyFailures(attempt.retryAfterMs);
      return attempt;
    },
    [Symbol.dispose]: () => guard.close(),
  };
}

function tooManyFailures(retryAfterMs: number): Problem {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return new Problem(429, `too many attempts to sign in have failed; try again in ${seconds} s`, {
    'retry-after': String(seconds),
    'cache-control': 'no-store',
  });
}
