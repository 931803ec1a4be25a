/** What the upstream can be asked; `key-stats` is one key's, `keys` a user's list. */
export type CrsEndpoint = 'login' | 'dashboard' | 'keys' | 'trend' | 'key-stats' | 'create-key' | 'delete-key';

/** Median answer times in milliseconds, as origin 003 measured them at the real service. */
export const MEDIAN_LATENCY_MS: Readonly<Record<CrsEndpoint, number>> = {
  login: 1_900,
  dashboard: 770,
  keys: 960,
  trend: 730,
  'key-stats': 450,
  'create-key': 482,
  'delete-key': 447,
};
