import { constant, DURATIONS } from './durations.ts';
import { type PartOptions, type ProofPart, probeStream } from './part.ts';
import { firstOf, usageExport } from './scenarios.ts';

const ROWS = 20_000;
const RATE = 1;
const PROBE_RATE = 200;

/** The whale's usage as a file of 20,000 rows, and whether the process answers others meanwhile. */
export function exportPart({ users: { traders }, tier }: PartOptions): ProofPart {
  const { other } = DURATIONS[tier];
  return {
    phases: [
      {
        id: 'export',
        label: { en: 'export', 'zh-CN': '导出' },
        scenario: 'export',
        rounds: 'each',
        streams: [
          {
            ...{ id: 'export', label: { en: 'exports', 'zh-CN': '导出请求' } },
            ...{ scenario: usageExport(firstOf(traders, 1), ROWS), arrivals: constant(RATE, other) },
          },
          probeStream(PROBE_RATE, other),
        ],
      },
    ],
    rows: [
      {
        ...{ id: 'export', phase: 'export', stream: 'export' },
        label: { en: 'export of 20,000 rows, 1/s', 'zh-CN': '导出 20,000 行，1/s' },
      },
      {
        ...{ id: 'export.health', phase: 'export', stream: 'probes' },
        label: {
          en: `/health/live during the export, ${PROBE_RATE}/s`,
          'zh-CN': `导出期间的 /health/live，${PROBE_RATE}/s`,
        },
      },
    ],
  };
}
