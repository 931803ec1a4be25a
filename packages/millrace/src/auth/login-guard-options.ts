import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../core/index.ts';
import type { RedisDriver } from '../redis/index.ts';
import { AUTH_ERRORS } from './errors.ts';
import { checkWhole } from './option-check.ts';

/** So many failures in so long. */
export interface LoginLimit {
  /** A whole number from 1 to 10,000. */
  readonly limit: number;
  /** In milliseconds. 1,000 to 86,400,000. */
  readonly windowMs: number;
}

/** Which count has turned an attempt away. */
export type LoginCount = 'pair' | 'network' | 'account' | 'device';

/** What `createLoginGuard` takes. */
export interface LoginGuardOptions {
  /** Names the guard in signals and in Redis; default `login`. */
  readonly name?: string;
  /**
   * Texts of 32 characters or more that nobody else has: the first one signs devices, all are believed, so that they can be
   * changed. Accounts are counted under names made with the first.
   */
  readonly secrets: readonly string[];
  /** Where all processes count together; default: each for itself, in memory. */
  readonly driver?: RedisDriver;
  /**
   * What happens while Redis is away: `local` (default), each process goes on by `localShare` of each limit; `closed`, nobody
   * signs in. There is no `open`.
   */
  readonly whenAway?: 'local' | 'closed';
  /** The part of each limit that this process lets through while Redis is away, above 0 to 1; default 1. With n processes 1 / n. */
  readonly localShare?: number;
  /** Failures of one account from one network; default 5 in 900,000 ms. */
  readonly pair?: LoginLimit;
  /** Failures from one network, whatever the accounts; default 30 in 900,000 ms. */
  readonly network?: LoginLimit;
  /** Failures for one account from wherever it is not known; default 20 in 3,600,000 ms. */
  readonly account?: LoginLimit;
  /** Failures from one device that the account signed in from before; default 10 in 900,000 ms. */
  readonly device?: LoginLimit;
  /** How long a device is known, in milliseconds. 3,600,000 to 34,560,000,000 (400 days); default 7,776,000,000 (90 days). */
  readonly deviceMaxAgeMs?: number;
  /** Makes one of all spellings that the service takes for one account; default: NFKC, trimmed, lower case. */
  readonly normalise?: (account: string) => string;
  /** Most accounts, networks and pairs counted one by one in memory, of each. 100 to 10,000,000; default 100,000. */
  readonly maxKeys?: number;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

const OPTIONS: OptionNames<LoginGuardOptions> = {
  name: true,
  secrets: true,
  driver: true,
  whenAway: true,
  localShare: true,
  pair: true,
  network: true,
  account: true,
  device: true,
  deviceMaxAgeMs: true,
  normalise: true,
  maxKeys: true,
  clock: true,
};
const QUARTER_MS = 900_000;
const MIN_SECRET_LENGTH = 32;
const MAX_SECRETS = 10;
const DAY_MS = 86_400_000;

/** The options with their defaults, checked. */
export interface LoginGuardSettings {
  readonly name: string;
  readonly secrets: readonly string[];
  readonly driver: RedisDriver | undefined;
  readonly whenAway: 'local' | 'closed';
  readonly localShare: number;
  readonly limits: Readonly<Record<LoginCount, LoginLimit>>;
  readonly deviceMaxAgeMs: number;
  readonly normalise: (account: string) => string;
  readonly maxKeys: number;
  readonly clock: Clock;
}

/** @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN` */
export function settingsOf(options: LoginGuardOptions): LoginGuardSettings {
  checkOptionNames('createLoginGuard', options, OPTIONS);
  const { secrets, whenAway = 'local' } = options;
  checkWhole('secrets.length', secrets?.length, 1, MAX_SECRETS);
  if (!secrets.every((secret) => typeof secret === 'string' && secret.length >= MIN_SECRET_LENGTH)) {
    throw refused('secrets', 'one that is shorter', `texts of ${MIN_SECRET_LENGTH} characters or more`);
  }
  if (whenAway !== 'local' && whenAway !== 'closed') throw refused('whenAway', whenAway, '`local` or `closed`');
  return {
    name: options.name ?? 'login',
    secrets,
    driver: options.driver,
    whenAway,
    localShare: options.localShare ?? 1,
    limits: limitsOf(options),
    deviceMaxAgeMs: checkWhole('deviceMaxAgeMs', options.deviceMaxAgeMs ?? 90 * DAY_MS, 3_600_000, 400 * DAY_MS),
    normalise: options.normalise ?? normalise,
    maxKeys: checkWhole('maxKeys', options.maxKeys ?? 100_000, 100, 10_000_000),
    clock: options.clock ?? systemClock,
  };
}

function limitsOf(options: LoginGuardOptions): Readonly<Record<LoginCount, LoginLimit>> {
  return {
    pair: checkLimit('pair', options.pair ?? { limit: 5, windowMs: QUARTER_MS }),
    network: checkLimit('network', options.network ?? { limit: 30, windowMs: QUARTER_MS }),
    account: checkLimit('account', options.account ?? { limit: 20, windowMs: 4 * QUARTER_MS }),
    device: checkLimit('device', options.device ?? { limit: 10, windowMs: QUARTER_MS }),
  };
}

function checkLimit(count: LoginCount, { limit, windowMs }: LoginLimit): LoginLimit {
  checkWhole(`${count}.limit`, limit, 1, 10_000);
  checkWhole(`${count}.windowMs`, windowMs, 1_000, DAY_MS);
  return { limit, windowMs };
}

function normalise(account: string): string {
  return account.normalize('NFKC').trim().toLowerCase();
}

function refused(option: string, value: string, allowed: string): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_OPTION_INVALID', { option, value, allowed });
}
