import { randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';
import type { ApiKey, KeyStatus, Keys, Listing } from '../ports/index.ts';

/** A row of `api_keys` as far as it is ever shown. */
export interface KeyRow {
  readonly id: number;
  readonly crs_key_id: string;
  readonly name: string;
  readonly status: KeyStatus;
  readonly tags: readonly string[];
  readonly is_favorite: boolean;
  readonly total_calls: number;
  readonly total_tokens: number;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
  readonly created_at: Date;
}

const COLUMNS =
  'id, crs_key_id, name, status, tags, is_favorite, total_calls, total_tokens, last_used_at, expires_at, created_at';

export function createKeys(database: Database, listing: Listing): Keys {
  return {
    async list(userId, page) {
      const query = { table: 'api_keys', columns: COLUMNS, equal: { user_id: userId } } as const;
      const { items, hasMore } = await listing.slice<KeyRow>(query, page);
      return { items: items.map(toKey), hasMore };
    },

    async find(userId, keyIds) {
      const rows = await database.query<KeyRow>(`SELECT ${COLUMNS} FROM api_keys WHERE id = ANY($2) AND user_id = $1`, [
        userId,
        keyIds,
      ]);
      return rows.map(toKey);
    },

    /** The key service does not know it, and has other names. */
    async create(userId, { name, tags, expiresAt, hash }) {
      const [row] = await database.query<KeyRow>(
        `INSERT INTO api_keys (user_id, crs_key_id, key_hash, name, tags, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
        [userId, `own_${randomUUID()}`, hash, name, JSON.stringify(tags), expiresAt],
      );
      return toKey(row as KeyRow);
    },

    async revoke(userId, keyId, record) {
      return database.transaction(async (work) => {
        const ended = await work.query(
          `UPDATE api_keys SET status = 'DELETED' WHERE id = $2 AND user_id = $1 AND status <> 'DELETED' RETURNING id`,
          [userId, keyId],
        );
        if (ended.length === 0) return false;
        await record?.((sql, values) => work.query(sql, values));
        return true;
      });
    },
  };
}

const toKey = (row: KeyRow): ApiKey => ({
  id: row.id,
  crsKeyId: row.crs_key_id,
  name: row.name,
  status: row.status,
  tags: row.tags,
  isFavorite: row.is_favorite,
  totalRequests: row.total_calls,
  totalTokens: row.total_tokens,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  expiresAt: row.expires_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
});
