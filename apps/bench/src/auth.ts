import { measureHit } from './auth/hit.ts';
import { measureRaces } from './auth/races.ts';
import { measureRedisKilled } from './auth/redis-killed.ts';
import { measureRevocation } from './auth/revocation.ts';
import { measureRoute } from './auth/route.ts';
import { measureStorm } from './auth/storm.ts';
import type { Measurement } from './measurement.ts';
import { measureParts, type Part } from './parts.ts';

const STORM = ['loop', 'fs', 'dns', 'route', 'route.p99', 'route.idle', 'rate', 'memory', 'fs.bcrypt'];

/** The parts of the area of identity, each with its goals. */
export function authParts(quick: boolean): Part[] {
  const part = (names: readonly string[], measure: Part['measure']): Part => ({
    goals: names.map((name) => `auth.${name}`),
    measure,
  });
  return [
    part(['route.open', 'route.open.cpu', 'route.peer', 'route.peer.cpu'], () =>
      measureRoute(quick ? 1 : 7, quick ? 2 : 5),
    ),
    part(['hit', 'hit.memo'], () => measureHit(quick ? 2 : 7)),
    part(
      STORM.map((name) => `storm.${name}`),
      () => measureStorm(quick ? 1 : 5, quick ? 2 : 4),
    ),
    part(['redis-killed.failed', 'redis-killed.back'], () => measureRedisKilled(quick ? 2 : 5)),
    part(['logout.p99', 'logout.worst'], () => measureRevocation(quick ? 200 : 500)),
    part(['races.stale'], () => measureRaces(quick ? 10_000 : 100_000)),
  ];
}

/** The goals of identity: what a known token costs beside the peers, what logins do to the rest, and what revocation keeps. */
export function measureAuth(quick: boolean): Promise<readonly Measurement[]> {
  return measureParts(authParts(quick));
}
