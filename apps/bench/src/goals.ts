import { AUTH } from './auth-goals.ts';
import { CACHE_FAULT_GOALS } from './cache-fault-goals.ts';
import { CACHE } from './cache-goals.ts';
import { CACHE_SHARED } from './cache-shared-goals.ts';
import { LOAD } from './load-goals.ts';
import { RATELIMIT } from './ratelimit-goals.ts';
import { REDIS } from './redis-goals.ts';
import { atLeast, atMost, below, type Target } from './target.ts';

/** One performance goal. `target` is null where a figure is only shown. */
export interface Goal {
  readonly id: string;
  readonly area: 'reference' | 'load' | 'faults' | 'cache' | 'cache-faults' | 'auth' | 'ratelimit';
  readonly what: string;
  readonly unit: string;
  /** `quick` goals are measured by `--quick` too; `full` ones only without it. */
  readonly tier: 'quick' | 'full';
  readonly target: Target | null;
}

const REFERENCE: readonly Omit<Goal, 'area'>[] = [
  {
    id: 'mix.mean',
    what: 'trader mix at 20/s without its logins, optimised, mean',
    unit: 'ms',
    tier: 'quick',
    target: below(10),
  },
  {
    id: 'mix.p95',
    what: 'trader mix at 20/s without its logins, optimised, P95',
    unit: 'ms',
    tier: 'quick',
    target: below(20),
  },
  {
    id: 'mix.errors',
    what: 'trader mix at 20/s without its logins, optimised, errors',
    unit: '%',
    tier: 'quick',
    target: below(0.1),
  },
  {
    id: 'tokens.p99',
    what: 'mix with tokens issued beforehand at 200/s, optimised, P99',
    unit: 'ms',
    tier: 'quick',
    target: below(50),
  },
  {
    id: 'identity.queries',
    what: 'identity queries per authorised request, after first sights',
    unit: 'queries',
    tier: 'quick',
    target: atMost(0.02),
  },
  {
    id: 'identity.hit-rate',
    what: 'identity hit rate, after first sights',
    unit: '%',
    tier: 'quick',
    target: atLeast(99),
  },
  {
    id: 'identity.first-sights',
    what: 'first sights of a token in the measured part',
    unit: 'requests',
    tier: 'quick',
    target: null,
  },
  { id: 'identity.hit-p99', what: 'identity check on a hit, P99', unit: 'ms', tier: 'quick', target: below(5) },
  {
    id: 'login.rate.origin',
    what: 'logins answered with a token during the burst, origin',
    unit: '1/s',
    tier: 'quick',
    target: null,
  },
  {
    id: 'login.rate.optimised',
    what: 'logins answered with a token during the burst, optimised',
    unit: '1/s',
    tier: 'quick',
    target: null,
  },
  {
    id: 'login.worst.origin',
    what: 'slowest login of the burst, origin',
    unit: 'ms',
    tier: 'quick',
    target: null,
  },
  {
    id: 'login.worst.optimised',
    what: 'slowest login of the burst, optimised (past the queue: 503 + Retry-After)',
    unit: 'ms',
    tier: 'quick',
    target: null,
  },
  {
    id: 'health.p99',
    what: '/health/live during a burst of 20 logins/s, 500 probes/s, optimised, P99',
    unit: 'ms',
    tier: 'quick',
    target: below(20),
  },
  { id: 'portal.dashboard.p95', what: 'dashboard, warm, optimised, P95', unit: 'ms', tier: 'quick', target: below(50) },
  { id: 'portal.keys.p95', what: 'keys, warm, optimised, P95', unit: 'ms', tier: 'quick', target: below(50) },
  { id: 'portal.trend.p95', what: 'trend, warm, optimised, P95', unit: 'ms', tier: 'quick', target: below(50) },
  {
    id: 'portal.leaderboard.p95',
    what: 'leaderboard, warm, optimised, P95',
    unit: 'ms',
    tier: 'quick',
    target: below(50),
  },
  {
    id: 'upstream.calls',
    what: 'upstream calls per key and TTL under 100 simultaneous readers',
    unit: 'calls',
    tier: 'quick',
    target: atMost(1),
  },
  {
    id: 'capacity.origin',
    what: 'capacity of the mix with tokens, P99 < 200 ms and errors < 0.1 %, optimised ÷ origin',
    unit: 'ratio',
    tier: 'full',
    target: atLeast(10),
  },
  {
    id: 'capacity.typical',
    what: 'the same capacity, optimised ÷ typical',
    unit: 'ratio',
    tier: 'full',
    target: atLeast(4),
  },
  {
    id: 'capacity.without-sql',
    what: 'the same capacity, optimised without hand-made SQL (with db.no-totals and db.parse-per-query) ÷ typical',
    unit: 'ratio',
    tier: 'full',
    target: null,
  },
  { id: 'capacity.rate.origin', what: 'the same capacity, origin', unit: '1/s', tier: 'full', target: null },
  { id: 'capacity.rate.typical', what: 'the same capacity, typical', unit: '1/s', tier: 'full', target: null },
  { id: 'capacity.rate.optimised', what: 'the same capacity, optimised', unit: '1/s', tier: 'full', target: null },
  {
    id: 'capacity.rate.without-sql',
    what: 'the same capacity, optimised without hand-made SQL',
    unit: '1/s',
    tier: 'full',
    target: null,
  },
  {
    id: 'gateway.rate',
    what: 'gateway, one cached question at 10,000/s for 10 s (a target for four cores), optimised, good answers',
    unit: '1/s',
    tier: 'full',
    target: null,
  },
  { id: 'gateway.p99', what: 'gateway at 10,000/s, optimised, P99', unit: 'ms', tier: 'full', target: null },
  { id: 'gateway.errors', what: 'gateway at 10,000/s, optimised, errors', unit: '%', tier: 'full', target: null },
  {
    id: 'export.rss',
    what: 'export of 20,000 rows, optimised, growth of resident memory in a process that has exported little before',
    unit: 'MB',
    tier: 'full',
    target: atMost(20),
  },
  { id: 'export.rss.buffered', what: 'the same growth with export.buffered', unit: 'MB', tier: 'full', target: null },
  {
    id: 'export.first-byte',
    what: 'the same export, optimised, slowest first byte of ten',
    unit: 'ms',
    tier: 'full',
    target: atMost(50),
  },
  {
    id: 'export.first-byte.buffered',
    what: 'the same first byte with export.buffered',
    unit: 'ms',
    tier: 'full',
    target: null,
  },
  {
    id: 'project.p95',
    what: 'a project with its files and activities, 100/s, warm, optimised, P95',
    unit: 'ms',
    tier: 'full',
    target: below(20),
  },
  { id: 'project.p95.typical', what: 'the same pages, typical, P95', unit: 'ms', tier: 'full', target: null },
  {
    id: 'start.quick',
    what: '`npm start -- --quick --once` after `npm ci`',
    unit: 's',
    tier: 'full',
    target: below(80),
  },
];

/** What each fault drill does to a dependency of the service under load. */
const FAULTS = {
  'postgres-restart': 'Postgres killed and started again',
  'postgres-stop': 'Postgres stopped in order and started again',
  'postgres-resets': 'connections to Postgres reset again and again',
  'postgres-half-open': 'Postgres silent, connections left open',
  'postgres-slow': 'Postgres behind a slow line',
  'upstream-down': 'key service refuses connections',
  'upstream-half-open': 'key service silent, connections left open',
  'upstream-slow': 'key service behind a slow line',
  'upstream-corrupt': 'answers of the key service arrive with flipped bits',
} as const;

export type FaultId = keyof typeof FAULTS;

/** Drills that the quick tier runs, and those that `origin` is put through for comparison. */
export const QUICK_FAULTS: readonly FaultId[] = ['postgres-restart', 'postgres-half-open', 'upstream-half-open'];
export const COMPARED_FAULTS: readonly FaultId[] = ['postgres-restart', 'postgres-half-open', 'upstream-half-open'];

/** Nothing tells a flipped digit of an answer from another figure: that is what TLS is for. */
const mayBeWrong = (id: FaultId): boolean => id === 'upstream-corrupt';

function faultGoals(id: FaultId): Goal[] {
  const tier = QUICK_FAULTS.includes(id) ? 'quick' : 'full';
  const goal = (name: string, what: string, unit: string, target: Target | null): Goal => ({
    ...{ id: `reference.fault.${id}.${name}`, area: 'faults', what: `${FAULTS[id]}: ${what}`, unit, tier, target },
  });
  const compared = COMPARED_FAULTS.includes(id) ? (['origin'] as const) : [];
  return [
    goal('wrong', 'wrong answers', 'answers', mayBeWrong(id) ? null : atMost(0)),
    goal('errors-outside', 'failures before it, or from 1 s after it', 'requests', atMost(0)),
    goal('failed', 'requests failed', '%', null),
    goal('worst', 'longest wait', 'ms', null),
    goal('recovery', 'good again after it accepts', 'ms', id === 'postgres-restart' ? atMost(1_000) : null),
    ...compared.flatMap((arm) => [
      { ...goal(`${arm}.failed`, `requests failed, ${arm}`, '%', null), tier: 'full' as const },
      { ...goal(`${arm}.worst`, `longest wait, ${arm}`, 'ms', null), tier: 'full' as const },
      { ...goal(`${arm}.recovery`, `good again after it accepts, ${arm}`, 'ms', null), tier: 'full' as const },
    ]),
  ];
}

/** Every goal of the project, in the order of its areas. */
export const GOALS: readonly Goal[] = [
  ...[...REFERENCE, ...REDIS].map((goal) => ({ ...goal, id: `reference.${goal.id}`, area: 'reference' as const })),
  ...LOAD.map((goal) => ({ ...goal, id: `load.${goal.id}`, area: 'load' as const })),
  ...(Object.keys(FAULTS) as FaultId[]).flatMap(faultGoals),
  ...[...CACHE, ...CACHE_SHARED].map((goal) => ({ ...goal, id: `cache.${goal.id}`, area: 'cache' as const })),
  ...CACHE_FAULT_GOALS,
  ...AUTH.map((goal) => ({ ...goal, id: `auth.${goal.id}`, area: 'auth' as const })),
  ...RATELIMIT.map((goal) => ({ ...goal, id: `ratelimit.${goal.id}`, area: 'ratelimit' as const })),
];
