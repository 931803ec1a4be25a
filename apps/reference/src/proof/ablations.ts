import type { AblationSpec } from '@millrace/load/prove';

type Where = Pick<AblationSpec, 'scenario' | 'row' | 'figure'>;

/** Where each switch hurts: what it makes slow is measured there, in rounds of that scenario alone. */
const WHERE: Readonly<Record<string, Where>> = {
  'auth.hash-on-loop': { scenario: 'trader', row: 'burst.health', figure: 'p99Ms' },
  'auth.hash-on-libuv': { scenario: 'trader', row: 'burst.health', figure: 'p99Ms' },
  'auth.hash-pool-1': { scenario: 'trader', row: 'burst.login', figure: 'p50Ms' },
  'auth.db-per-request': { scenario: 'trader', row: 'tokens', figure: 'p50Ms' },
  'limits.none': { scenario: 'trader', row: 'tokens', figure: 'p50Ms' },
  'db.pool-of-2': { scenario: 'trader', row: 'tokens', figure: 'p95Ms' },
  'db.pool-of-10': { scenario: 'trader', row: 'tokens', figure: 'p95Ms' },
  'db.pg-connect-per-request': { scenario: 'trader', row: 'tokens', figure: 'p95Ms' },
  'db.parse-per-query': { scenario: 'trader', row: 'tokens', figure: 'p50Ms' },
  'db.no-index': { scenario: 'api', row: 'api.cold', figure: 'p95Ms' },
  'db.key-indexes-only': { scenario: 'api', row: 'api.cold', figure: 'p95Ms' },
  'db.no-totals': { scenario: 'trader', row: 'tokens', figure: 'p95Ms' },
  'db.offset-paging': { scenario: 'api', row: 'api.cold', figure: 'p50Ms' },
  'db.aggregate-in-app': { scenario: 'api', row: 'api.cold', figure: 'p95Ms' },
  'db.n-plus-one': { scenario: 'projects', row: 'projects.cold.detail', figure: 'p50Ms' },
  'cache.none': { scenario: 'api', row: 'api.warm', figure: 'p50Ms' },
  'upstream.no-cache': { scenario: 'portal', row: 'portal.dashboard', figure: 'p50Ms' },
  'upstream.new-connection': { scenario: 'api', row: 'api.cold.compare', figure: 'p50Ms' },
  'upstream.no-single-flight': { scenario: 'api', row: 'api.cold', figure: 'p95Ms' },
  'upstream.serial': { scenario: 'api', row: 'api.cold.compare', figure: 'p50Ms' },
  'export.buffered': { scenario: 'export', row: 'export.health', figure: 'p95Ms' },
  'log.sync': { scenario: 'trader', row: 'tokens', figure: 'p50Ms' },
};

/** The ablation of each switch, of those that have a place where it hurts. */
export function ablationsOf(switches: readonly string[], scenarios: readonly string[]): AblationSpec[] {
  return switches.flatMap((id) => {
    const where = WHERE[id];
    return where === undefined || !scenarios.includes(where.scenario) ? [] : [{ id, label: id, ...where }];
  });
}
