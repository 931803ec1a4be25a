-- The indexes from before the optimisation, made after the rows are in; indexes.sql takes some of them away. Origin 000 had the first three, and 003 the two on keys.
-- signals.user_id is ours, so what a careful team gives every foreign key is given to it here.
CREATE INDEX signals_strategy_pair_created ON signals (strategy_id, pair, created_at);
CREATE INDEX signals_pair_action_created ON signals (pair, action, created_at);
CREATE INDEX signals_strength_created ON signals (strength_level, created_at);
CREATE INDEX signals_user ON signals (user_id);
CREATE INDEX api_keys_user ON api_keys (user_id);
CREATE INDEX usage_records_key_ts ON usage_records (api_key_id, ts);
CREATE INDEX request_logs_user_created ON request_logs (user_id, created_at);
