import { constant, DURATIONS } from './durations.ts';
import { PROJECT_PAGES } from './pages.ts';
import type { PartOptions, ProofPart } from './part.ts';
import { everyPageOnce, projectMix } from './scenarios.ts';

const RATE = 100;
const WARM_UP_MS = 1_000;
const LABELS = {
  cold: { en: 'projects, cold', 'zh-CN': '项目，冷启动' },
  warm: { en: 'projects, warm', 'zh-CN': '项目，预热后' },
};

/** Projects with their files and activities: what is read for each of them one by one, or for all at once. */
export function projectsPart({ users: { api }, tier }: PartOptions): ProofPart {
  const arrivals = constant(RATE, DURATIONS[tier].other);
  const stream = { id: 'projects', scenario: projectMix(api), arrivals };
  const warmUp = everyPageOnce(api, PROJECT_PAGES).map((page) => ({
    id: `warm ${page.name}`,
    scenario: page,
    arrivals: constant((api.size * 1_000) / WARM_UP_MS, WARM_UP_MS),
  }));
  const detail = { stream: 'projects', only: ['detail'] };
  return {
    phases: [
      { id: 'projects.cold', label: LABELS.cold, scenario: 'projects', rounds: 'each', streams: [stream] },
      { id: 'projects', label: LABELS.warm, scenario: 'projects', rounds: 'each', warmUp, streams: [stream] },
    ],
    rows: [
      {
        ...{ ...detail, id: 'projects.cold.detail', phase: 'projects.cold' },
        label: { en: 'project with files and activities, cold', 'zh-CN': '项目详情（含文件与活动），冷启动' },
      },
      {
        ...{ id: 'projects', phase: 'projects', stream: 'projects' },
        label: { en: `projects with writes, ${RATE}/s, warm`, 'zh-CN': `项目（含写入），${RATE}/s，预热后` },
      },
      {
        ...{ ...detail, id: 'projects.detail', phase: 'projects' },
        label: { en: 'project with files and activities, warm', 'zh-CN': '项目详情（含文件与活动），预热后' },
      },
    ],
  };
}
