import { createSigner } from 'fast-jwt';
import { sessionOf, usernameOf, userPassword } from '../data/index.ts';

/** One virtual user of a proof: who they are, and the token they hold. */
export interface Trader {
  readonly userId: number;
  readonly username: string;
  readonly password: string;
  /** Ids of strategies they own; never empty. */
  readonly strategyIds: readonly number[];
  /** Issued beforehand for the session in the data set; a login replaces it. */
  token: string;
}

/** What the proof hands its scenarios. */
export interface TraderPool {
  readonly size: number;
  /** A fresh virtual user for each round; users count from 0. */
  create(index: number): Trader;
}

/** Where the traders come from. */
export interface TraderPoolOptions {
  readonly seed: number;
  readonly jwtSecret: string;
  /** Strategy ids by user id, most active users first; users without strategies are left out. */
  readonly owners: readonly { readonly userId: number; readonly strategyIds: readonly number[] }[];
}

const ISSUER = 'millrace-reference';
const TOKEN_TTL_S = 3_600;

/** Signs a token for each owner's session in the data set, as the service itself would have. */
export function createTraderPool(options: TraderPoolOptions): TraderPool {
  const sign = createSigner({ key: options.jwtSecret, algorithm: 'HS256', noTimestamp: true });
  const iat = Math.floor(Date.now() / 1000);
  const tokens = options.owners.map(({ userId }) => {
    const { jti } = sessionOf(userId, options.seed);
    return sign({ iss: ISSUER, sub: String(userId), jti, iat, exp: iat + TOKEN_TTL_S });
  });
  return {
    size: options.owners.length,
    create(index) {
      const owner = options.owners[index];
      const token = tokens[index];
      if (owner === undefined || token === undefined) throw new RangeError(`no trader ${index}`);
      const { userId, strategyIds } = owner;
      return { userId, username: usernameOf(userId), password: userPassword(userId), strategyIds, token };
    },
  };
}
