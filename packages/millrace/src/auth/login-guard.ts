import { createHmac } from 'node:crypto';
import {
  createRateLimiter,
  createSharedRateLimiter,
  type RateDecision,
  type RateLimiter,
  type SharedRateLimiter,
} from '../ratelimit/index.ts';
import { type AuthLoginSignal, authLogin } from '../signals/index.ts';
import { AUTH_ERRORS } from './errors.ts';
import { LoginDevices } from './login-device.ts';
import { type LoginCount, type LoginGuardOptions, type LoginGuardSettings, settingsOf } from './login-guard-options.ts';

/*
 * How often may a password be guessed?
 *
 * Limits by account alone let anybody lock out anybody: whoever fails often enough for an account keeps its owner out.
 * Limits by address alone stop nobody who has many. So failures are counted for the network, for the account, and for the
 * pair; and whoever has signed in before is known by a text that his browser keeps, a device, and then counted by that
 * device alone. An attack on an account uses up what strangers have, and the owner does not notice.
 *
 * An attempt is counted before the password is looked at, and given back when it was right: so attempts at one moment
 * cannot all slip through, and what is never told how it ended counts as wrong. Success gives back itself and nothing
 * before it, else whoever has an account of his own could wipe out his failures with it.
 *
 * Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
 */

/** Who wants to sign in. */
export interface LoginRequest {
  /** The name that was given, whether there is such an account or not. */
  readonly account: string;
  /** Where it comes from, e.g. by `defineClientNetwork` of `millrace/ratelimit`. */
  readonly network: string;
  /** What {@link LoginAttempt.succeeded} gave this browser before, if it still has it. */
  readonly device?: string | undefined;
  /** Whether the service knows by other means that this account has signed in from this network before. */
  readonly known?: boolean;
}

/** One attempt to sign in. What is never settled counts as failed. */
export interface LoginAttempt {
  /** Whether the password may be looked at. */
  readonly allowed: boolean;
  /** When not: after how long an attempt passes if no other comes, in milliseconds. */
  readonly retryAfterMs: number;
  /** When not: whose count is used up, for logs and never for the client. */
  readonly deniedBy: LoginCount | undefined;
  /**
   * The password was right: this attempt is given back, and nothing else.
   * @returns a new device of the account, for a cookie that is HttpOnly, Secure and SameSite
   */
  succeeded(): Promise<string>;
  /** It was wrong, or there is no such account. */
  failed(): void;
  /**
   * Nobody looked at it, because the service could not: this attempt is given back as by a success, so that who comes while
   * a service is busy does not use up what he has. Never for a password that was looked at.
   */
  withdrawn(): Promise<void>;
}

/** Counts since the guard was made. */
export interface LoginGuardStats {
  readonly allowed: number;
  /** By whose count was used up. */
  readonly denied: Readonly<Record<LoginCount, number>>;
  readonly succeeded: number;
}

/** Limits how often passwords are guessed. */
export interface LoginGuard extends Disposable {
  readonly name: string;
  /**
   * Counts an attempt, before the password is looked at.
   * @throws `MILLRACE_AUTH_LOGIN_INPUT` (rejects) where account or network are no texts of 1 to 1,024 characters;
   * `MILLRACE_RATELIMIT_CLOSED`
   */
  begin(request: LoginRequest): Promise<LoginAttempt>;
  stats(): LoginGuardStats;
  /** Forgets what is in memory; what is counted in Redis stays, and so does the driver. */
  close(): void;
}

/**
 * Makes a login guard.
 * @throws `MILLRACE_AUTH_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`, `MILLRACE_RATELIMIT_OPTION_INVALID`
 * @example
 * const guard = createLoginGuard({ secrets: [process.env.LOGIN_SECRET ?? ''] });
 * const attempt = await guard.begin({ account: name, network, device: cookies.device });
 * if (!attempt.allowed) throw tooManyAttempts(attempt.retryAfterMs);
 * const { matches } = await passwords.check(password, user?.passwordHash);
 * if (!matches) throw unauthorised(); // not settled: it counts
 * setCookie('device', await attempt.succeeded());
 */
export function createLoginGuard(options: LoginGuardOptions): LoginGuard {
  return new CountingLoginGuard(settingsOf(options));
}

type Limiter = RateLimiter | SharedRateLimiter;

/** Longer than any address; what follows takes time for each character. */
const MAX_TEXT_LENGTH = 1_024;

/**
 * How long Redis may take: a password takes longer to hash, and whoever makes a process busy by attempts must not be counted
 * by its share for it.
 */
const REDIS_TIMEOUT_MS = 250;

/** What was counted where, to be given back. */
interface Reservation {
  readonly count: LoginCount;
  readonly key: string;
  readonly decision: RateDecision;
}

class CountingLoginGuard implements LoginGuard {
  readonly name: string;
  readonly #settings: LoginGuardSettings;
  readonly #limiters: Readonly<Record<LoginCount, Limiter>>;
  readonly #devices: LoginDevices;
  readonly #denied: Record<LoginCount, number> = { pair: 0, network: 0, account: 0, device: 0 };
  #allowed = 0;
  #succeeded = 0;

  constructor(settings: LoginGuardSettings) {
    const open = (count: LoginCount): Limiter => openLimiter(settings, count);
    this.name = settings.name;
    this.#settings = settings;
    this.#limiters = { pair: open('pair'), network: open('network'), account: open('account'), device: open('device') };
    this.#devices = new LoginDevices(settings.secrets, settings.deviceMaxAgeMs, settings.clock);
  }

  async begin(request: LoginRequest): Promise<LoginAttempt> {
    checkText('account', request.account);
    checkText('network', request.network);
    const account = this.#settings.normalise(request.account);
    const reservations: Reservation[] = [];
    for (const [count, key] of this.#counts(request, account)) {
      const decision = await this.#limiters[count].check(key);
      if (!decision.allowed) {
        await this.#giveBack(reservations);
        return this.#deny(count, decision);
      }
      reservations.push({ count, key, decision });
    }
    return this.#allow(account, reservations);
  }

  stats(): LoginGuardStats {
    return { allowed: this.#allowed, denied: { ...this.#denied }, succeeded: this.#succeeded };
  }

  close(): void {
    for (const limiter of Object.values(this.#limiters)) limiter.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** What an attempt is counted by, the narrowest first. */
  #counts({ network, device, known = false }: LoginRequest, account: string): readonly [LoginCount, string][] {
    const id = device === undefined ? undefined : this.#devices.idOf(device, account);
    if (id !== undefined) return [['device', id]];
    return [
      ['pair', this.#nameOf(account, network)],
      ['network', this.#nameOf('', network)],
      ...(known ? [] : ([['account', this.#nameOf(account, '')]] as [LoginCount, string][])),
    ];
  }

  /** Whoever reads the counts does not read who signs in from where. */
  #nameOf(account: string, network: string): string {
    const text = `millrace.auth.login\n${account.length}\n${account}\n${network}`;
    return createHmac('sha256', this.#settings.secrets[0] as string)
      .update(text)
      .digest('base64url');
  }

  #allow(account: string, reservations: readonly Reservation[]): LoginAttempt {
    this.#allowed++;
    this.#report('allowed', undefined);
    const giveBack = (): Promise<void> => this.#giveBack(reservations);
    let settled = false;
    const settle = (outcome: 'succeeded' | 'failed' | 'withdrawn'): boolean => {
      if (settled) return false;
      settled = true;
      this.#report(outcome, undefined);
      return true;
    };
    return {
      allowed: true,
      retryAfterMs: 0,
      deniedBy: undefined,
      succeeded: async () => {
        if (settle('succeeded')) {
          this.#succeeded++;
          await giveBack();
        }
        return this.#devices.issue(account);
      },
      failed: () => void settle('failed'),
      withdrawn: async () => {
        if (settle('withdrawn')) await giveBack();
      },
    };
  }

  #deny(count: LoginCount, { retryAfterMs }: RateDecision): LoginAttempt {
    this.#denied[count]++;
    this.#report('denied', count);
    const neverAllowed = (): never => {
      throw AUTH_ERRORS.create('MILLRACE_AUTH_LOGIN_DENIED', {});
    };
    return {
      ...{ allowed: false, retryAfterMs, deniedBy: count },
      succeeded: async () => neverAllowed(),
      failed: () => {},
      withdrawn: async () => {},
    };
  }

  async #giveBack(reservations: readonly Reservation[]): Promise<void> {
    const given = reservations.map(({ count, key, decision }) => this.#limiters[count].refund(key, decision as never));
    await Promise.all(given);
  }

  #report(outcome: AuthLoginSignal['outcome'], deniedBy: LoginCount | undefined): void {
    if (!authLogin.hasSubscribers) return;
    authLogin.publish({ name: this.name, outcome, ...(deniedBy && { deniedBy }) });
  }
}

function openLimiter(settings: LoginGuardSettings, count: LoginCount): Limiter {
  const { driver, whenAway, localShare, maxKeys, clock } = settings;
  const name = `${settings.name}.${count}`;
  const { limit, windowMs } = settings.limits[count];
  // Small limits are kept to the unit; large ones would take a place for each attempt.
  const algorithm = limit <= 64 ? 'exact-log' : 'sliding-counter';
  const rules = [{ name: count, limit, windowMs, algorithm, whenAway } as const];
  if (driver === undefined) return createRateLimiter({ name, rules, maxKeys, clock });
  return createSharedRateLimiter({ name, rules, driver, timeoutMs: REDIS_TIMEOUT_MS, localShare, maxKeys, clock });
}

function checkText(what: string, value: unknown): void {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH) return;
  throw AUTH_ERRORS.create('MILLRACE_AUTH_LOGIN_INPUT', { what });
}
