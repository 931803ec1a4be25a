-- What came with the optimisation. The switch `db.no-index` leaves this file out.
CREATE INDEX sessions_user ON sessions (user_id) WHERE revoked_at IS NULL;
CREATE INDEX strategies_user_status_id ON strategies (user_id, status, id DESC);
CREATE INDEX strategies_user_id ON strategies (user_id, id DESC);
CREATE INDEX signals_user_id ON signals (user_id, id DESC);
CREATE INDEX signals_strategy_id ON signals (strategy_id, id DESC);
CREATE INDEX api_keys_user_tokens ON api_keys (user_id, total_tokens DESC, id);
CREATE INDEX api_keys_user_calls ON api_keys (user_id, total_calls DESC, id);
CREATE INDEX projects_user_status_id ON projects (user_id, status, id DESC);
CREATE INDEX projects_user_id ON projects (user_id, id DESC);
CREATE UNIQUE INDEX files_project_path ON files (project_id, path);
CREATE INDEX agent_activities_project_id ON agent_activities (project_id, id DESC);
-- An index that another one begins with, and indexes that no query of the service asks for, cost every signal that comes.
-- So would one for the signals of a pair: a list of them walks over the user's other signals instead, from the newest on.
DROP INDEX signals_user;
DROP INDEX signals_strategy_pair_created, signals_pair_action_created, signals_strength_created;
