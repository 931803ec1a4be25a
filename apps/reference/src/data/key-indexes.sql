-- The foreign keys that schema.sql leaves without an index: what a careful team adds by rule, without a look at its
-- queries. The switch `db.key-indexes-only` has this file in place of indexes.sql.
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX strategies_user ON strategies (user_id);
