import type { PhaseSpec, RowSpec, Tier } from '@millrace/load/prove';
import {
  everyPageOnce,
  everyUserOnce,
  firstOf,
  healthProbes,
  keyPortal,
  loginBurst,
  tokenMix,
  traderMix,
} from './scenarios.ts';
import type { TraderPool } from './trader.ts';

/** How long each part of a round sends. */
interface Durations {
  readonly mixMs: number;
  readonly tokensMs: number;
  readonly portalMs: number;
  readonly burstMs: number;
}

const QUICK: Durations = { mixMs: 6_000, tokensMs: 5_000, portalMs: 3_000, burstMs: 2_000 };
const MAIN: Durations = { mixMs: 12_000, tokensMs: 8_000, portalMs: 5_000, burstMs: 3_000 };

const WARM_UP_MS = 1_000;
const PORTAL_WARM_UP_MS = 250;
const PORTAL_USERS = 20;
/** Enough for a P95 of each of the four pages. */
const PORTAL_RATE = 300;
/** A slow upstream keeps many requests open at once; none may wait for a socket of ours. */
const PORTAL_CONNECTIONS = 400;
/** The baseline may not keep up with the token mix: what is unanswered this long after the last arrival is censored. */
const TOKENS_DRAIN_MS = 500;

const constant = (ratePerSecond: number, durationMs: number) =>
  ({ kind: 'constant', ratePerSecond, durationMs }) as const;

/** The parts of a round. The token mix comes last, because a saturated arm is ended, not waited for. */
export function proofPhases(pool: TraderPool, tier: Tier): readonly PhaseSpec[] {
  const durations = tier === 'quick' ? QUICK : MAIN;
  const portalPool = firstOf(pool, PORTAL_USERS);
  return [
    {
      id: 'mix',
      rounds: 'each',
      warmUp: [{ id: 'first sights', scenario: everyUserOnce(pool), arrivals: constant(pool.size, WARM_UP_MS) }],
      streams: [{ id: 'mix', scenario: traderMix(pool), arrivals: constant(20, durations.mixMs) }],
    },
    {
      id: 'burst',
      rounds: 'first-block',
      streams: [
        { id: 'logins', scenario: loginBurst(pool), arrivals: constant(20, durations.burstMs) },
        { id: 'probes', scenario: healthProbes(), arrivals: constant(500, durations.burstMs) },
      ],
    },
    {
      id: 'portal',
      rounds: 'last-block',
      warmUp: everyPageOnce(portalPool).map((scenario) => ({
        id: `warm ${scenario.name}`,
        scenario,
        arrivals: constant((2 * portalPool.size * 1_000) / PORTAL_WARM_UP_MS, PORTAL_WARM_UP_MS),
      })),
      streams: [
        {
          id: 'portal',
          scenario: keyPortal(portalPool),
          arrivals: constant(PORTAL_RATE, durations.portalMs),
          maxConnections: PORTAL_CONNECTIONS,
        },
      ],
    },
    {
      id: 'tokens',
      rounds: 'each',
      streams: [
        {
          id: 'tokens',
          scenario: tokenMix(pool),
          arrivals: constant(200, durations.tokensMs),
          drainMs: TOKENS_DRAIN_MS,
        },
      ],
    },
  ];
}

const portalRow = (step: string): RowSpec => {
  const label = `key portal, ${PORTAL_RATE}/s: ${step}`;
  return { id: `portal.${step}`, phase: 'portal', stream: 'portal', only: [step], label };
};

/** The lines of the table. */
export const PROOF_ROWS: readonly RowSpec[] = [
  { id: 'mix', phase: 'mix', stream: 'mix', except: ['login'], label: 'trader mix, 20/s, without its logins' },
  { id: 'mix.login', phase: 'mix', stream: 'mix', only: ['login'], label: 'logins of the mix, 3/s' },
  { id: 'tokens', phase: 'tokens', stream: 'tokens', label: 'mix with tokens, 200/s' },
  { id: 'burst.login', phase: 'burst', stream: 'logins', label: 'login burst, 20/s' },
  { id: 'burst.health', phase: 'burst', stream: 'probes', label: '/health/live during the burst, 500/s' },
  portalRow('dashboard'),
  portalRow('keys'),
  portalRow('trend'),
  portalRow('leaderboard'),
];
