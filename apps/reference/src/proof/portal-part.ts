import { constant, DURATIONS } from './durations.ts';
import { PORTAL_PAGES } from './pages.ts';
import type { PartOptions, ProofPart } from './part.ts';
import { everyPageOnce, firstOf, keyPortal } from './scenarios.ts';

const WARM_UP_MS = 250;
const USERS = 20;
/** Enough for a P95 of each of the four pages. */
const RATE = 300;
/** A slow upstream keeps many requests open at once; none may wait for a socket of ours. */
const CONNECTIONS = 400;

/** Origin 003's key portal. */
export function portalPart({ users, tier }: PartOptions): ProofPart {
  const pool = firstOf(users.traders, USERS);
  const scenario = keyPortal(pool);
  const arrivals = constant(RATE, DURATIONS[tier].portal);
  return {
    phases: [
      {
        id: 'portal',
        label: { en: 'key portal', 'zh-CN': '密钥门户' },
        scenario: 'portal',
        rounds: tier === 'quick' ? 'last-block' : 'each',
        warmUp: everyPageOnce(pool, PORTAL_PAGES).map((page) => ({
          id: `warm ${page.name}`,
          scenario: page,
          arrivals: constant((2 * pool.size * 1_000) / WARM_UP_MS, WARM_UP_MS),
        })),
        streams: [{ id: 'portal', scenario, arrivals, maxConnections: CONNECTIONS }],
      },
    ],
    rows: scenario.steps.map(({ name }) => ({
      ...{ id: `portal.${name}`, phase: 'portal', stream: 'portal', only: [name] },
      label: { en: `key portal, ${RATE}/s: ${name}`, 'zh-CN': `密钥门户，${RATE}/s：${name}` },
    })),
  };
}
