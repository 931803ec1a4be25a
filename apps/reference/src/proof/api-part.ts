import { constant, DURATIONS } from './durations.ts';
import { API_PAGES } from './pages.ts';
import type { PartOptions, ProofPart } from './part.ts';
import { apiMix, everyPageOnce } from './scenarios.ts';

const RATE = 100;
const WARM_UP_MS = 2_000;
const CONNECTIONS = 400;

/** The dashboards' pages: first asked by nobody before, then again once each has been seen. */
export function apiPart({ users: { api }, tier }: PartOptions): ProofPart {
  const arrivals = constant(RATE, DURATIONS[tier].other);
  const stream = { id: 'api', scenario: apiMix(api), arrivals, maxConnections: CONNECTIONS };
  const labels = {
    cold: { en: `API mix, ${RATE}/s, cold`, 'zh-CN': `API 混合负载，${RATE}/s，冷启动` },
    warm: { en: `API mix, ${RATE}/s, warm`, 'zh-CN': `API 混合负载，${RATE}/s，预热后` },
  };
  const phases = {
    cold: { en: 'API mix, cold', 'zh-CN': 'API 混合负载，冷启动' },
    warm: { en: 'API mix, warm', 'zh-CN': 'API 混合负载，预热后' },
  };
  return {
    phases: [
      { id: 'api.cold', label: phases.cold, scenario: 'api', rounds: 'each', streams: [stream] },
      {
        id: 'api.warm',
        label: phases.warm,
        scenario: 'api',
        rounds: 'each',
        warmUp: everyPageOnce(api, API_PAGES).map((page) => ({
          id: `warm ${page.name}`,
          scenario: page,
          arrivals: constant((api.size * 1_000) / WARM_UP_MS, WARM_UP_MS),
          maxConnections: CONNECTIONS,
        })),
        streams: [stream],
      },
    ],
    rows: [
      { id: 'api.cold', phase: 'api.cold', stream: 'api', label: labels.cold },
      {
        ...{ id: 'api.cold.compare', phase: 'api.cold', stream: 'api', only: ['compare'] },
        label: { en: `${labels.cold.en}: compare five keys`, 'zh-CN': `${labels.cold['zh-CN']}：比较五个密钥` },
      },
      { id: 'api.warm', phase: 'api.warm', stream: 'api', label: labels.warm },
    ],
  };
}
