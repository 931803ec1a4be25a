-- What a user's signals add up to, kept as they come: a summary reads a row a group, however many signals there are.
-- It came with the optimisation, beside indexes.sql; no-totals.sql takes it away, and both in turn count anew.
-- Sums are of millionths rounded down, as the service adds them up.
CREATE FUNCTION count_signal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.signal_totals AS kept
  VALUES (NEW.user_id, NEW.pair, NEW.action, NEW.strength_level, 1, floor(NEW.signal_strength * 1e6::float8),
    num_nonnulls(NEW.profit_ratio), coalesce(floor(NEW.profit_ratio * 1e6::float8), 0), NEW.created_at)
  ON CONFLICT (user_id, pair, action, strength_level) DO UPDATE SET
    total = kept.total + 1,
    strength_sum = kept.strength_sum + excluded.strength_sum,
    profit_count = kept.profit_count + excluded.profit_count,
    profit_sum = kept.profit_sum + excluded.profit_sum,
    last_at = greatest(kept.last_at, excluded.last_at);
  RETURN NULL;
END $$;

-- A last time cannot be taken back, so what would need that is refused instead of being left uncounted.
CREATE FUNCTION refuse_signal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE 'signals are only added, because signal_totals counts them'
    USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'apply no-totals.sql, change them, apply totals.sql';
END $$;

-- One statement, so that the totals are there with all signals counted or not at all; no signal comes between count and
-- trigger. Half of each page is left free, so that a row that counts on stays on its page and no index is touched.
DO $$
BEGIN
  LOCK TABLE public.signals IN SHARE ROW EXCLUSIVE MODE;
  CREATE TABLE public.signal_totals (
    user_id         bigint NOT NULL REFERENCES public.users (id),
    pair            text NOT NULL,
    action          text NOT NULL,
    strength_level  text NOT NULL,
    total           bigint NOT NULL,
    strength_sum    bigint NOT NULL,
    profit_count    bigint NOT NULL,
    profit_sum      bigint NOT NULL,
    last_at         timestamptz NOT NULL,
    PRIMARY KEY (user_id, pair, action, strength_level)
  ) WITH (fillfactor = 50);
  INSERT INTO public.signal_totals
  SELECT user_id, pair, action, strength_level, count(*), sum(floor(signal_strength * 1e6::float8)),
    count(profit_ratio), coalesce(sum(floor(profit_ratio * 1e6::float8)), 0), max(created_at)
  FROM public.signals GROUP BY user_id, pair, action, strength_level;
  CREATE TRIGGER signals_are_counted AFTER INSERT ON public.signals FOR EACH ROW EXECUTE FUNCTION count_signal();
  CREATE TRIGGER signals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON public.signals EXECUTE FUNCTION refuse_signal_change();
END $$;
