-- The foreign keys that schema.sql and base-indexes.sql leave without an index: what a careful team adds by rule,
-- without a look at its queries. The switch `db.key-indexes-only` has this file in place of indexes.sql.
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX strategies_user ON strategies (user_id);
CREATE INDEX projects_user ON projects (user_id);
CREATE INDEX files_project ON files (project_id);
CREATE INDEX file_versions_author ON file_versions (created_by);
CREATE INDEX agent_activities_project ON agent_activities (project_id);
-- No query of the service asks for these, and they cost every signal that comes: they are no part of the comparison.
DROP INDEX signals_pair_action_created, signals_strength_created;
