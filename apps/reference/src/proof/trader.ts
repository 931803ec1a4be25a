import { systemClock } from 'millrace/core';
import { sessionOf, usernameOf, userPassword } from '../data/index.ts';
import { createTokens } from '../tokens.ts';

/** One virtual user of a proof: who they are, and the token they hold. */
export interface Trader {
  readonly userId: number;
  readonly username: string;
  readonly password: string;
  /** Ids of strategies they own; never empty. */
  readonly strategyIds: readonly number[];
  /** Ids of up to five API keys they own. */
  readonly keyIds: readonly number[];
  /** Ids of up to 20 projects they own. */
  readonly projectIds: readonly number[];
  /** Issued beforehand for the session in the data set; a login replaces it. */
  token: string;
  /** Lifts the service's limits; undefined: it has none, or they count. */
  readonly exemption?: string | undefined;
}

/** What the proof hands its scenarios. */
export interface TraderPool {
  readonly size: number;
  /** A fresh virtual user for each round; users count from 0. */
  create(index: number): Trader;
}

/** A user of the data set, and what they own. */
export interface Owner {
  readonly userId: number;
  readonly strategyIds: readonly number[];
  readonly keyIds: readonly number[];
  readonly projectIds: readonly number[];
}

/** Where the traders come from. */
export interface TraderPoolOptions {
  readonly seed: number;
  readonly tokenSecret: string;
  /** Most active first. */
  readonly owners: readonly Owner[];
  /** What all of them send to be exempt from the service's limits. */
  readonly exemption?: string | undefined;
}

const TOKEN_TTL_S = 3_600;

/** Signs a token for each owner's session in the data set, as the service itself would have. */
export function createTraderPool({ seed, tokenSecret, owners, exemption }: TraderPoolOptions): TraderPool {
  const tokens = createTokens(tokenSecret, TOKEN_TTL_S, systemClock);
  const traders = owners.map(({ userId, ...owned }): Trader => {
    const { token } = tokens.sign(userId, sessionOf(userId, seed).jti);
    return { userId, username: usernameOf(userId), password: userPassword(userId), ...owned, token, exemption };
  });
  return {
    size: traders.length,
    create(index) {
      const trader = traders[index];
      if (trader === undefined) throw new RangeError(`no trader ${index}`);
      return { ...trader };
    },
  };
}
