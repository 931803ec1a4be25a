import { crsKeyIdOf, usernameOf } from './identity.ts';
import { PROFILES, type ProfileName } from './profile.ts';
import { apiKeyOwners } from './rows/api-keys.ts';

/** A key of the data set: its id in `api_keys`, and its name at the key service. */
export interface CrsKey {
  readonly id: number;
  readonly crsKeyId: string;
}

/** Each user's keys by login name, the newest first: what `api_keys` holds once this profile is loaded with this seed. */
export function crsKeysByUser(profile: ProfileName, seed: number): ReadonlyMap<string, readonly CrsKey[]> {
  const owners = apiKeyOwners({ profile: PROFILES[profile], seed });
  const ids = Array.from(owners, (_, index) => owners.length - index);
  const byOwner = Map.groupBy(ids, (id) => owners[id - 1] as number);
  return new Map(
    Array.from(byOwner, ([owner, own]) => [usernameOf(owner), own.map((id) => ({ id, crsKeyId: crsKeyIdOf(id) }))]),
  );
}
