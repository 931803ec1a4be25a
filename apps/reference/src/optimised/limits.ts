import type { Clock } from 'millrace/core';
import {
  createRateLimiter,
  createSharedRateLimiter,
  defineClientNetwork,
  type RateDecision,
  type RateKey,
  type RateRule,
  rateLimitHeaders,
  tooManyRequests,
} from 'millrace/ratelimit';
import type { RedisDriver } from 'millrace/redis';
import { type Limits, type Origin, type Standing, UNCOUNTED_TRY } from '../ports/index.ts';
import { LimitReached } from '../problem.ts';
import { createExemptionCheck } from './exemption-check.ts';
import { createPasswordLimit } from './password-limit.ts';

const WINDOW_MS = 60_000;
/** Of a user's requests those that write. */
const WRITE_SHARE = 4;

/** What the limits are, and what they stand on. */
export interface LimitParts {
  /** Logins and registrations a minute and network. */
  readonly loginLimit: number;
  /** Wrong passwords of one account from one network in a quarter of an hour. */
  readonly failureLimit: number;
  /** Signs the devices that accounts have signed in from. */
  readonly deviceSecret: string;
  /** Requests a minute and user. */
  readonly requestLimit: number;
  /** Proxies whose `X-Forwarded-For` is believed, as addresses or networks. */
  readonly trustedProxies: readonly string[];
  /** Undefined: nobody is exempt. */
  readonly exemptionKey: string | undefined;
  readonly clock: Clock;
  /** Where logins of all instances are counted; undefined: each counts for itself. */
  readonly shared: SharedCounts | undefined;
}

/** A Redis, and what names there begin with. */
export interface SharedCounts {
  readonly driver: RedisDriver;
  readonly namespace: string;
  /** Longest wait for one answer, in milliseconds; default that of whatever counts. */
  readonly timeoutMs?: number;
}

interface Limiter extends Disposable {
  readonly name: string;
  readonly rules: readonly Required<RateRule>[];
  check(key: RateKey): RateDecision | Promise<RateDecision>;
}

/** Logins counted for all instances where they have a Redis; requests of users in the memory of each. */
export function createLimits(parts: LimitParts): Limits {
  const { loginLimit, requestLimit, clock } = parts;
  const network = defineClientNetwork({ trustedProxies: parts.trustedProxies });
  const isExempt = createExemptionCheck(parts.exemptionKey, clock);
  const logins = openLimiter(parts, 'login', loginLimit);
  const passwords = createPasswordLimit(parts);
  const reads = createRateLimiter({ name: 'read', rules: [perMinute('reads', requestLimit)], clock });
  const writes = createRateLimiter({
    name: 'write',
    rules: [perMinute('writes', Math.ceil(requestLimit / WRITE_SHARE))],
    clock,
  });
  const networkOf = ({ peer, forwarded }: Origin): string => network.of(peer, forwarded);
  return {
    async enter(from) {
      if (isExempt(from, logins.name)) return undefined;
      return standing(logins, await logins.check(networkOf(from)));
    },
    async tryPassword(account, from, device) {
      if (isExempt(from, passwords.name)) return UNCOUNTED_TRY;
      return passwords.begin({ account, network: networkOf(from), device });
    },
    use(userId, isWrite, from) {
      const limiter = isWrite ? writes : reads;
      return isExempt(from, limiter.name) ? undefined : standing(limiter, limiter.check(String(userId)));
    },
    async close() {
      for (const part of [logins, passwords, reads, writes]) part[Symbol.dispose]();
    },
  };
}

function openLimiter({ shared, clock }: LimitParts, name: string, limit: number): Limiter {
  const rules = [perMinute(`${name}s`, limit)];
  if (shared === undefined) return createRateLimiter({ name, rules, clock });
  const { namespace, ...redis } = shared;
  return createSharedRateLimiter({ name: `${namespace}.${name}`, rules, ...redis, clock });
}

function perMinute(name: string, limit: number): RateRule {
  return { name, limit, windowMs: WINDOW_MS };
}

/** @throws LimitReached */
function standing({ rules }: Pick<Limiter, 'rules'>, decision: RateDecision): Standing {
  if (!decision.allowed) throw new LimitReached(tooManyRequests(decision, { rules }));
  return Object.fromEntries(rateLimitHeaders(decision, { rules }));
}
