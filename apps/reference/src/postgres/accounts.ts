import type { Database, Queryable } from '../database.ts';
import type { Accounts, AskWithin, Identity, NewUser, Recorder, Session, User } from '../ports/index.ts';

interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly password_hash: string;
  readonly is_active: boolean;
  readonly created_at: Date;
}

const USER_COLUMNS = 'id, username, email, password_hash, is_active, created_at';

const toUser = (row: UserRow): User => ({
  id: row.id,
  username: row.username,
  email: row.email,
  passwordHash: row.password_hash,
  isActive: row.is_active,
  createdAt: row.created_at.toISOString(),
});

export function createAccounts(database: Database): Accounts {
  return new PostgresAccounts(database);
}

class PostgresAccounts implements Accounts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async findByUsername(username: string): Promise<User | undefined> {
    const sql = `SELECT ${USER_COLUMNS} FROM users WHERE username = $1`;
    const [row] = await this.#database.query<UserRow>(sql, [username]);
    return row && toUser(row);
  }

  async createUser({ username, email, passwordHash }: NewUser): Promise<User | undefined> {
    const [row] = await this.#database.query<UserRow>(
      `INSERT INTO users (username, email, password_hash) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING ${USER_COLUMNS}`,
      [username, email, passwordHash],
    );
    return row && toUser(row);
  }

  /** The update locks the user's row and compares the hash, so that a login cannot slip past a password change. */
  async openSession(session: Session, user: User, upgradedHash: string = user.passwordHash): Promise<boolean> {
    const rows = await this.#database.query(
      `WITH known AS (
         UPDATE users SET last_login_at = now(), password_hash = $5
         WHERE id = $1 AND password_hash = $2 AND is_active RETURNING id
       )
       INSERT INTO sessions (jti, user_id, expires_at) SELECT $3, id, $4 FROM known RETURNING jti`,
      [user.id, user.passwordHash, session.id, session.expiresAt, upgradedHash],
    );
    return rows.length === 1;
  }

  async loadIdentity(sessionId: string, userId: number): Promise<Identity | undefined> {
    const [row] = await this.#database.query<Omit<UserRow, 'password_hash' | 'is_active'>>(
      `SELECT u.id, u.username, u.email, u.created_at
       FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE s.jti = $1 AND u.id = $2 AND s.revoked_at IS NULL AND s.expires_at > now() AND u.is_active`,
      [sessionId, userId],
    );
    if (!row) return undefined;
    const { username, email, created_at } = row;
    return { userId: row.id, username, email, createdAt: created_at.toISOString(), sessionId };
  }

  async revokeSession(sessionId: string, record?: Recorder): Promise<void> {
    const sql = 'UPDATE sessions SET revoked_at = now() WHERE jti = $1 AND revoked_at IS NULL';
    if (record === undefined) {
      await this.#database.query(sql, [sessionId]);
      return;
    }
    await this.#database.transaction(async (work) => {
      await work.query(sql, [sessionId]);
      await record(asking(work));
    });
  }

  /** Two statements: the second must see a session that a login opened while the first waited for the row. */
  replacePassword(user: User, passwordHash: string, keptSessionId: string, record?: Recorder): Promise<boolean> {
    return this.#database.transaction(async (work) => {
      const changed = await work.query(
        'UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id',
        [user.id, user.passwordHash, passwordHash],
      );
      if (changed.length === 0) return false;
      await work.query(
        'UPDATE sessions SET revoked_at = now() WHERE user_id = $1 AND jti <> $2 AND revoked_at IS NULL',
        [user.id, keptSessionId],
      );
      await record?.(asking(work));
      return true;
    });
  }
}

function asking(work: Queryable): AskWithin {
  return (sql, values) => work.query(sql, values);
}
