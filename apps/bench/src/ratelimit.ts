import type { Measurement } from './measurement.ts';
import { measureParts, type Part } from './parts.ts';
import { measureBlackHole } from './ratelimit/black-hole.ts';
import { measureLeases } from './ratelimit/leases.ts';
import { measureKeys, measureMemory } from './ratelimit/memory.ts';
import { measureRace } from './ratelimit/race.ts';
import { measureShared } from './ratelimit/shared.ts';
import { measureShedding } from './ratelimit/shedding.ts';

/** The parts of the area of rate limits, each with its goals. */
export function ratelimitParts(quick: boolean): Part[] {
  const rounds = quick ? 2 : 7;
  const part = (names: readonly string[], measure: Part['measure']): Part => ({
    goals: names.map((name) => `ratelimit.${name}`),
    measure,
  });
  return [
    part(['memory.accept', 'memory.accept.peer', 'memory.deny', 'memory.deny.peer'], () => measureMemory(rounds)),
    part(['memory.key'], () => measureKeys(quick ? 1 : 5)),
    part(['redis.rate', 'redis.cpu'], () => measureShared(rounds)),
    part(['redis.over'], () => measureRace(quick ? 100_000 : 1_000_000)),
    part(['leases.rate', 'leases.commands', 'leases.over', 'leases.used'], () =>
      measureLeases(quick ? 1 : 7, quick ? 1 : 3),
    ),
    part(['black-hole.p99', 'black-hole.worst'], () => measureBlackHole(quick ? 1 : 5, quick ? 2 : 4)),
    part(['shed.goodput', 'shed.none'], () => measureShedding(quick ? 1 : 5, quick ? 1 : 4)),
  ];
}

/** The goals of rate limits: what a decision costs beside the peer, what Redis counts for several processes, and a silent Redis. */
export function measureRatelimit(quick: boolean): Promise<readonly Measurement[]> {
  return measureParts(ratelimitParts(quick));
}
