import { constant, DURATIONS } from './durations.ts';
import type { PartOptions, ProofPart } from './part.ts';
import { everyPageOnce, PROJECT_PAGES, projectMix } from './scenarios.ts';

const RATE = 100;
const WARM_UP_MS = 1_000;

/** Projects with their files and activities: what is read for each of them one by one, or for all at once. */
export function projectsPart({ users: { api }, tier }: PartOptions): ProofPart {
  return {
    phases: [
      {
        id: 'projects',
        scenario: 'projects',
        rounds: 'each',
        warmUp: everyPageOnce(api, PROJECT_PAGES).map((page) => ({
          id: `warm ${page.name}`,
          scenario: page,
          arrivals: constant((api.size * 1_000) / WARM_UP_MS, WARM_UP_MS),
        })),
        streams: [{ id: 'projects', scenario: projectMix(api), arrivals: constant(RATE, DURATIONS[tier].other) }],
      },
    ],
    rows: [
      {
        ...{ id: 'projects', phase: 'projects', stream: 'projects' },
        label: { en: `projects with writes, ${RATE}/s`, 'zh-CN': `项目（含写入），${RATE}/s` },
      },
      {
        ...{ id: 'projects.detail', phase: 'projects', stream: 'projects', only: ['detail'] },
        label: { en: 'project with files and activities, warm', 'zh-CN': '项目详情（含文件与活动），预热后' },
      },
    ],
  };
}
