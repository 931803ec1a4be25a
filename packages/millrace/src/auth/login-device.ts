import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/index.ts';

/** `id.expiry.mac`: the id and the MAC in base64url, the expiry in seconds to base 36. */
const FORM = /^([\w-]{22})\.([0-9a-z]{1,10})\.([\w-]{43})$/;
const DOMAIN = 'millrace.auth.login-device';
/**
 * How far the clock of who made a device may be ahead of this one's, or this one may have stepped back since. A device that
 * was made for longer than is allowed now counts so much longer.
 */
const MAX_AHEAD_MS = 2 * 3_600_000;

/** Texts that prove that an account has signed in from a device before; nothing is kept of them here. */
export class LoginDevices {
  readonly #secrets: readonly string[];
  readonly #maxAgeMs: number;
  readonly #clock: Clock;

  constructor(secrets: readonly string[], maxAgeMs: number, clock: Clock) {
    this.#secrets = secrets;
    this.#maxAgeMs = maxAgeMs;
    this.#clock = clock;
  }

  /** A new one for `account`. */
  issue(account: string): string {
    const id = randomBytes(16).toString('base64url');
    const expiry = Math.floor((this.#clock.wallNow() + this.#maxAgeMs) / 1_000).toString(36);
    return `${id}.${expiry}.${mac(this.#secrets[0] as string, account, id, expiry).toString('base64url')}`;
  }

  /** The id of a device that `account` signed in from; undefined for everything else. */
  idOf(device: string, account: string): string | undefined {
    const [, id, expiry, given] = FORM.exec(device) ?? [];
    if (id === undefined || expiry === undefined || given === undefined) return undefined;
    const leftMs = Number.parseInt(expiry, 36) * 1_000 - this.#clock.wallNow();
    if (!(leftMs > 0 && leftMs <= this.#maxAgeMs + MAX_AHEAD_MS)) return undefined;
    const bytes = Buffer.from(given, 'base64url');
    return this.#secrets.some((secret) => timingSafeEqual(bytes, mac(secret, account, id, expiry))) ? id : undefined;
  }
}

function mac(secret: string, account: string, id: string, expiry: string): Buffer {
  return createHmac('sha256', secret).update(`${DOMAIN}\n${id}\n${expiry}\n${account}`).digest();
}
