import type { Goal } from './goals.ts';
import { atLeast, atMost } from './target.ts';

const ROUTE = 'one Fastify route that answers 20 rows, RS256, 500 tokens and one request of 100 with a new one';
const STORM = '100 logins at once (argon2id, 19 MiB, 2 passes) through the hash gate';

/** Goals of identity, without the prefix of their ids. */
export const AUTH: readonly Omit<Goal, 'area'>[] = [
  {
    id: 'route.open',
    what: `${ROUTE}: requests/s ÷ those of the route open to all`,
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(0.9),
  },
  {
    id: 'route.open.cpu',
    what: 'the same by requests per CPU-second of the server',
    unit: 'ratio',
    tier: 'quick',
    target: null,
  },
  {
    id: 'route.peer',
    what: `${ROUTE}: requests/s ÷ those behind @fastify/jwt with its cache`,
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(1.25),
  },
  {
    id: 'route.peer.cpu',
    what: 'the same by requests per CPU-second of the server',
    unit: 'ratio',
    tier: 'quick',
    target: null,
  },
  {
    id: 'hit',
    what: 'check of a known token that comes as a new string (RS256, 500 tokens), beside fast-jwt with its cache',
    unit: 'µs',
    tier: 'quick',
    target: atMost(2.5),
  },
  {
    id: 'hit.memo',
    what: 'the same on a connection that has sent the same token before',
    unit: 'µs',
    tier: 'quick',
    target: atMost(0.3),
  },
  { id: 'storm.loop', what: `${STORM}: delay of the event loop, P99`, unit: 'ms', tier: 'quick', target: atMost(25) },
  { id: 'storm.fs', what: 'the same, status of a file, P99', unit: 'ms', tier: 'quick', target: atMost(25) },
  { id: 'storm.dns', what: 'the same, look-up of localhost, P99', unit: 'ms', tier: 'quick', target: atMost(25) },
  {
    id: 'storm.route',
    what: 'the same, P99 of another route at 500/s ÷ the larger of 1.5 × idle and idle + 5 ms',
    unit: 'ratio',
    tier: 'quick',
    target: atMost(1),
  },
  { id: 'storm.route.p99', what: 'the same, P99 of the other route', unit: 'ms', tier: 'quick', target: null },
  { id: 'storm.route.idle', what: 'P99 of the other route before', unit: 'ms', tier: 'quick', target: null },
  {
    id: 'storm.rate',
    what: 'the same, logins/s ÷ those without a gate',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(0.75),
  },
  {
    id: 'storm.memory',
    what: 'the same, growth of resident memory (the goal is eight hashes)',
    unit: 'MB',
    tier: 'quick',
    target: atMost(160),
  },
  {
    id: 'storm.fs.bcrypt',
    what: '100 logins at once by native bcrypt (cost 10) without a gate: status of a file, P99',
    unit: 'ms',
    tier: 'quick',
    target: null,
  },
  {
    id: 'redis-killed.failed',
    what: 'route behind a token check whose identities are shared through Redis, 500/s, Redis killed and started again: requests that failed, 5xx among them',
    unit: 'requests',
    tier: 'quick',
    target: atMost(0),
  },
  {
    id: 'redis-killed.back',
    what: 'the same, from its return until identities are shared again',
    unit: 'ms',
    tier: 'quick',
    target: atMost(2_000),
  },
  {
    id: 'logout.p99',
    what: 'from a logout in one of four processes until another refuses the token, log in Postgres, P99',
    unit: 'ms',
    tier: 'quick',
    target: atMost(50),
  },
  { id: 'logout.worst', what: 'the same, longest', unit: 'ms', tier: 'quick', target: atMost(250) },
  {
    id: 'races.stale',
    what: 'seeded interleavings of checks, revocations, lost hints, failovers and time (100,000; 10,000 in the quick tier): those in which an ended token was accepted',
    unit: 'races',
    tier: 'quick',
    target: atMost(0),
  },
];
