import type { Database } from '../database.ts';
import type { SealedProviderKey, SealedProviderKeys } from '../ports/index.ts';

interface KeyRow {
  readonly provider: string;
  readonly sealed_key: string;
  readonly updated_at: Date;
}

const toKey = (row: KeyRow): SealedProviderKey => ({
  provider: row.provider,
  sealedKey: row.sealed_key,
  updatedAt: row.updated_at.toISOString(),
});

export function createSealedProviderKeys(database: Database): SealedProviderKeys {
  return {
    async list(userId) {
      const rows = await database.query<KeyRow>(
        'SELECT provider, sealed_key, updated_at FROM provider_keys WHERE user_id = $1 ORDER BY provider',
        [userId],
      );
      return rows.map(toKey);
    },

    store: (userId, provider, sealedKey, proof) =>
      database.transaction(async (work) => {
        await work.query('INSERT INTO seal_check (key_check) VALUES ($1) ON CONFLICT DO NOTHING', [proof.keyCheck()]);
        const [row] = await work.query<{ key_check: string }>('SELECT key_check FROM seal_check');
        proof.confirmKeys(row?.key_check ?? '');
        await work.query(
          `INSERT INTO provider_keys (user_id, provider, sealed_key) VALUES ($1, $2, $3)
           ON CONFLICT (user_id, provider) DO UPDATE SET sealed_key = excluded.sealed_key, updated_at = now()`,
          [userId, provider, sealedKey],
        );
      }),

    async remove(userId, provider) {
      const removed = await database.query(
        'DELETE FROM provider_keys WHERE user_id = $1 AND provider = $2 RETURNING provider',
        [userId, provider],
      );
      return removed.length === 1;
    },
  };
}
