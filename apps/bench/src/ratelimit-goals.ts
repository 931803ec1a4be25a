import type { Goal } from './goals.ts';
import { atLeast, atMost } from './target.ts';

const MEMORY = 'limit in memory, one rule, 10,000 keys';
const REDIS = 'limit counted by Redis on loopback, 10,000 keys, 64 questions under way on one connection (ioredis)';

/** Goals of rate limits, without the prefix of their ids. */
export const RATELIMIT: readonly Omit<Goal, 'area'>[] = [
  {
    id: 'memory.accept',
    what: `${MEMORY}: decisions that let through`,
    unit: 'million/s',
    tier: 'quick',
    target: atLeast(3),
  },
  {
    id: 'memory.accept.peer',
    what: 'the same ÷ rate-limiter-flexible',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(2),
  },
  {
    id: 'memory.deny',
    what: `${MEMORY}: decisions that refuse`,
    unit: 'million/s',
    tier: 'quick',
    target: atLeast(3),
  },
  {
    id: 'memory.deny.peer',
    what: 'the same ÷ rate-limiter-flexible',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(10),
  },
  {
    id: 'memory.key',
    what: 'memory of a key beyond itself, ten limiters of 10,000 keys',
    unit: 'B',
    tier: 'quick',
    target: atMost(120),
  },
  {
    id: 'redis.rate',
    what: `${REDIS}: decisions/s ÷ rate-limiter-flexible`,
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(1.3),
  },
  {
    id: 'redis.cpu',
    what: 'the same, processor time of the process that asks, for a decision',
    unit: 'µs',
    tier: 'quick',
    target: atMost(6),
  },
  {
    id: 'redis.over',
    what: 'four processes that race to the end of limits that Redis counts, a million decisions each (100,000 in the quick tier), four ways of counting: units that passed beyond a limit',
    unit: 'units',
    tier: 'quick',
    target: atMost(0),
  },
  {
    id: 'leases.rate',
    what: 'one process, one hot key, units leased from Redis on loopback: decisions that let through',
    unit: 'million/s',
    tier: 'quick',
    target: atLeast(1),
  },
  {
    id: 'leases.commands',
    what: 'the same: scripts that Redis was sent, of the decisions',
    unit: '%',
    tier: 'quick',
    target: atMost(2),
  },
  {
    id: 'leases.over',
    what: 'four processes lease of one limit (200,000 units a second) and ask for more all the time: units that passed beyond it, of the limit; worst round',
    unit: '%',
    tier: 'quick',
    target: atMost(1),
  },
  {
    id: 'leases.used',
    what: 'the same: units that passed, of those that the limit lets pass',
    unit: '%',
    tier: 'quick',
    target: null,
  },
  {
    id: 'black-hole.p99',
    what: 'Redis silent without a reset, 500 questions/s: wait for a decision, P99, less that while Redis answers',
    unit: 'ms',
    tier: 'quick',
    target: atMost(5),
  },
  { id: 'black-hole.worst', what: 'the same, longest wait', unit: 'ms', tier: 'quick', target: null },
  {
    id: 'shed.goodput',
    what: 'a route that costs a millisecond or two, asked for at twice the capacity over 400 connections, load shedder (50 ms): good answers/s ÷ those at capacity',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(0.9),
  },
  {
    id: 'shed.none',
    what: 'the same when nothing is refused (who has waited 500 ms has gone)',
    unit: 'ratio',
    tier: 'quick',
    target: null,
  },
];
