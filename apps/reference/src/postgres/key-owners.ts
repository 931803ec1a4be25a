import type { Queryable } from '../database.ts';
import { type KeyOwners, NO_SESSION } from '../ports/index.ts';

interface OwnerRow {
  readonly key_id: number;
  readonly expires_at: Date | null;
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly created_at: Date;
}

export function createKeyOwners(database: Queryable): KeyOwners {
  return {
    async find(hashes) {
      const [row] = await database.query<OwnerRow>(
        `SELECT k.id AS key_id, k.expires_at, u.id, u.username, u.email, u.created_at
         FROM api_keys k JOIN users u ON u.id = k.user_id
         WHERE k.key_hash = ANY($1) AND k.status = 'ACTIVE' AND (k.expires_at IS NULL OR k.expires_at > now())
           AND u.is_active`,
        [hashes],
      );
      if (!row) return undefined;
      const { id: userId, username, email, created_at } = row;
      return {
        keyId: row.key_id,
        identity: { userId, username, email, createdAt: created_at.toISOString(), sessionId: NO_SESSION },
        expiresAtMs: row.expires_at?.getTime() ?? Infinity,
      };
    },
  };
}
