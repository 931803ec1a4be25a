import type { Goal } from './goals.ts';

/** What is measured with Redis and in memory alone. */
const MEASURED = [
  { id: 'mix.mean', what: 'trader mix at 20/s without its logins, mean', unit: 'ms' },
  { id: 'mix.p95', what: 'trader mix at 20/s without its logins, P95', unit: 'ms' },
  { id: 'tokens.p99', what: 'mix with tokens at 200/s, P99', unit: 'ms' },
  { id: 'tokens.cpu', what: 'mix with tokens at 200/s, processor time of the service for a request', unit: 'ms' },
  { id: 'portal.keys.p95', what: 'keys, warm, P95', unit: 'ms' },
] as const;

/** Figures of `optimised` with Redis, and beside each that of `optimised` alone, from the same proof. */
export const REDIS: readonly Omit<Goal, 'area'>[] = MEASURED.flatMap(({ id, what, unit }) => [
  { id: `redis.${id}`, what: `${what}, optimised with Redis`, unit, tier: 'full' as const, target: null },
  { id: `redis.${id}.off`, what: 'the same in memory alone', unit, tier: 'full' as const, target: null },
]);
