import { type Clock, systemClock } from 'millrace/core';
import { inactiveUser, lastOwner, PROFILES, type ProfileName, sessionOf, WHALE_USER } from './data/index.ts';
import { createTokens } from './tokens.ts';

/** What the requests are made for: the data and the secret of the services that answer them. */
export interface DigestContext {
  readonly profile: ProfileName;
  readonly seed: number;
  readonly tokenSecret: string;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}

/** Users with strategies and keys of their own, one for each thing that ends sessions. */
export const TRADER = 2;
const LEAVING = 3;
export const CHANGING = 4;

export type Headers = Readonly<Record<string, string>>;

/** The headers with which each caller is known, by sessions that the data holds. */
export interface Callers {
  readonly whale: Headers;
  readonly trader: Headers;
  readonly leaving: Headers;
  readonly changing: Headers;
  /** Owns nothing. */
  readonly empty: Headers;
  readonly inactive: Headers;
  readonly expired: Headers;
}

const DAY_MS = 86_400_000;
const TOKEN_TTL_S = 3_600;

export function createCallers({ profile, seed, tokenSecret, clock = systemClock }: DigestContext): Callers {
  const yesterday: Clock = { ...clock, wallNow: () => clock.wallNow() - DAY_MS };
  const bearer = (userId: number, at: Clock = clock): Headers => {
    const { token } = createTokens(tokenSecret, TOKEN_TTL_S, at).sign(userId, sessionOf(userId, seed).jti);
    return { authorization: `Bearer ${token}` };
  };
  return {
    whale: bearer(WHALE_USER),
    trader: bearer(TRADER),
    leaving: bearer(LEAVING),
    changing: bearer(CHANGING),
    empty: bearer(lastOwner(PROFILES[profile]) + 1),
    inactive: bearer(inactiveUser(PROFILES[profile])),
    expired: bearer(TRADER, yesterday),
  };
}
