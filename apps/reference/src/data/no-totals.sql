-- Takes away what totals.sql made: for the switch `db.no-totals`, and before signals are changed or removed.
DROP FUNCTION IF EXISTS count_signal, refuse_signal_change CASCADE;
DROP TABLE IF EXISTS signal_totals;
