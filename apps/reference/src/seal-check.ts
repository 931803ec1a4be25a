import type { Sealer } from 'millrace/auth';
import type { Queryable } from './database.ts';
import { placeOf } from './gateway/index.ts';

const BATCH = 500;

interface SealedRow {
  readonly user_id: number;
  readonly provider: string;
  readonly sealed_key: string;
}

/**
 * Refuses to start with another key than the one by which provider keys are sealed; what an older key sealed is sealed anew,
 * so that the older one can be taken away after the start. While nothing was ever sealed, any key will do.
 * @throws MILLRACE_AUTH_SEAL_KEY_WRONG, MILLRACE_AUTH_SEAL_KEY_UNKNOWN, MILLRACE_AUTH_SEAL_BROKEN
 */
export async function confirmSealKeys(database: Queryable, sealer: Sealer): Promise<void> {
  const [row] = await database.query<{ key_check: string }>('SELECT key_check FROM seal_check');
  if (row === undefined) return;
  sealer.confirmKeys(row.key_check);
  // Also when the check is current: another instance may have gone on with the older key after it was renewed.
  await sealAnew(database, sealer);
  if (sealer.isCurrent(row.key_check)) return;
  await database.query('UPDATE seal_check SET key_check = $1', [sealer.keyCheck()]);
}

/** What a user stores meanwhile is sealed by a key that counts, and stays. */
async function sealAnew(database: Queryable, sealer: Sealer): Promise<void> {
  for (let after: readonly [number, string] = [0, '']; ; ) {
    const rows = await database.query<SealedRow>(
      `SELECT user_id, provider, sealed_key FROM provider_keys WHERE (user_id, provider) > ($1, $2)
       ORDER BY user_id, provider LIMIT ${BATCH}`,
      [...after],
    );
    for (const { user_id, provider, sealed_key } of rows) {
      if (sealer.isCurrent(sealed_key)) continue;
      const place = placeOf(user_id, provider);
      const sealed = sealer.seal(sealer.open(sealed_key, place), place);
      await database.query(
        'UPDATE provider_keys SET sealed_key = $4 WHERE user_id = $1 AND provider = $2 AND sealed_key = $3',
        [user_id, provider, sealed_key, sealed],
      );
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = [last.user_id, last.provider];
  }
}
