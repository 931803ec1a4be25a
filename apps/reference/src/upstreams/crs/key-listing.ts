import { crsKeysByUser, type ProfileName } from '../../data/index.ts';
import { keysAnswer } from './answers.ts';

/** The data set whose users and keys the upstream knows. */
export interface KnownData {
  readonly profile: ProfileName;
  readonly seed: number;
}

/** What `GET /admin/keys?user=` answers: the same object for the same user. */
export type KeyListing = (user: string) => object;

/** Twice the longest page of the service. */
const MAX_LISTED = 200;
/** One key in this many is left out, so that there are keys of which the listing says nothing. */
const LEFT_OUT_EVERY = 13;

/** Lists the keys that the data set gives each user, the newest first. A stranger has none. */
export function createKeyListing({ profile, seed }: KnownData): KeyListing {
  const keysOf = crsKeysByUser(profile, seed);
  // At most one a user of the data set. The sums behind the figures would else take CPU from what is measured.
  const answers = new Map<string, object>();
  return (user) => {
    const held = answers.get(user);
    if (held) return held;
    const keys = keysOf.get(user);
    if (keys === undefined) return keysAnswer(user, []);
    const listed = keys.filter(({ id }) => id % LEFT_OUT_EVERY !== 0).slice(0, MAX_LISTED);
    const answer = keysAnswer(
      user,
      listed.map(({ crsKeyId }) => crsKeyId),
    );
    answers.set(user, answer);
    return answer;
  };
}
