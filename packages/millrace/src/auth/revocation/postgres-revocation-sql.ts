/*
 * One row of the head table says how long the log is. An append takes the next position by updating that row, so the row's
 * lock makes appends of all processes wait for each other until they commit: positions have no gaps, and whoever sees one
 * sees all before it. A transaction that is rolled back gives its position back. What is read says
 * whether a replica answered, which may not know yet what was revoked.
 */

/** The log's statements, for tables of a name. */
export interface RevocationSql {
  readonly schema: string;
  readonly append: string;
  readonly read: string;
  readonly find: string;
  readonly head: string;
  readonly prune: string;
}

/** Most rows that one removal takes, so that it holds up nobody for long. */
const PRUNED_AT_ONCE = 10_000;

const COLUMNS = `position, mark, previous_mark, kind, name, details::text AS details,
  extract(epoch FROM ends_at) * 1000 AS until_ms`;

/** @param table with its schema or without */
export function revocationSql(table: string): RevocationSql {
  const head = `${table}_head`;
  const index = table.slice(table.lastIndexOf('.') + 1);
  return {
    schema: `CREATE TABLE IF NOT EXISTS ${head} (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL,
  mark text NOT NULL,
  previous_mark text NOT NULL,
  pruned_to bigint NOT NULL
);
INSERT INTO ${head} (position, mark, previous_mark, pruned_to) VALUES (0, '', '', 0) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS ${table} (
  position bigint PRIMARY KEY,
  mark text NOT NULL,
  previous_mark text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('token', 'subject', 'key')),
  name text NOT NULL,
  details jsonb NOT NULL,
  appended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ends_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS ${index}_name ON ${table} (name, kind);
CREATE INDEX IF NOT EXISTS ${index}_ends_at ON ${table} (ends_at);
`,
    append: `WITH place AS (
  UPDATE ${head} SET position = position + 1, mark = $1, previous_mark = mark RETURNING position, mark, previous_mark
), entry AS (
  INSERT INTO ${table} (position, mark, previous_mark, kind, name, details, ends_at)
  SELECT position, mark, previous_mark, $2, $3, $4::jsonb, coalesce(to_timestamp($5::float8 / 1000), 'infinity') FROM place
  RETURNING position
)
SELECT position, pg_notify($6, position::text) FROM entry`,
    read: `SELECT h.position AS head, h.mark AS head_mark, h.pruned_to, pg_is_in_recovery() AS is_replica, e.*
FROM ${head} h LEFT JOIN LATERAL (
  SELECT ${COLUMNS} FROM ${table} WHERE position > $1 ORDER BY position LIMIT $2
) e ON true ORDER BY e.position`,
    find: `SELECT r.*, e.* FROM (SELECT pg_is_in_recovery() AS is_replica) r LEFT JOIN (
  SELECT ${COLUMNS} FROM ${table}
  WHERE (kind = 'token' AND name = $1) OR (kind = 'subject' AND name = $2) OR (kind = 'key' AND (name = $3 OR $3 = ''))
) e ON true`,
    head: `SELECT position AS head FROM ${head}`,
    prune: `WITH gone AS (
  DELETE FROM ${table} WHERE position IN (
    SELECT position FROM ${table} WHERE ends_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
    ORDER BY position LIMIT ${PRUNED_AT_ONCE} FOR UPDATE SKIP LOCKED
  ) RETURNING position
), noted AS (
  UPDATE ${head} SET pruned_to = greatest(pruned_to, (SELECT max(position) FROM gone)) WHERE EXISTS (SELECT FROM gone)
)
SELECT count(*) AS pruned FROM gone`,
  };
}
