import type { PhaseSpec, RowSpec } from '@millrace/load/prove';
import { apiPart } from './api-part.ts';
import { exportPart } from './export-part.ts';
import { freshnessPart } from './freshness-part.ts';
import { gatewayPart } from './gateway-part.ts';
import type { PartOptions } from './part.ts';
import { portalPart } from './portal-part.ts';
import { projectsPart } from './projects-part.ts';
import { tokensPart, traderPart } from './trader-part.ts';

/** In the order in which a round runs them: what could saturate an arm comes last. */
const PARTS = [
  traderPart,
  portalPart,
  apiPart,
  projectsPart,
  gatewayPart,
  exportPart,
  freshnessPart,
  tokensPart,
] as const;

/** Names of the scenarios. */
export const SCENARIOS = ['trader', 'portal', 'api', 'projects', 'gateway', 'export', 'freshness'] as const;

/** The parts of a round, and the lines of the table. */
export function proofPhases(options: PartOptions): {
  readonly phases: readonly PhaseSpec[];
  readonly rows: readonly RowSpec[];
} {
  const parts = PARTS.map((part) => part(options));
  return { phases: parts.flatMap(({ phases }) => phases), rows: parts.flatMap(({ rows }) => rows) };
}
