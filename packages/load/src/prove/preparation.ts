import { type Budget, lineSeconds } from './budget.ts';
import type { ProofListener } from './event.ts';
import { type Interruption, unlessAborted } from './interruption.ts';
import type { PreparedService, ProofContext, ProofManifest } from './manifest.ts';

/** What is prepared, and who hears of it. */
export interface PreparationOptions extends Pick<ProofContext, 'scenarios' | 'seed'> {
  readonly budget: Budget;
  readonly interruption: Interruption;
  readonly tell: ProofListener;
}

/** The prepared service; undefined when interrupted before it was ready. @throws what the manifest's `prepare` throws */
export async function prepareService(
  manifest: ProofManifest,
  { scenarios, seed, budget, interruption, tell }: PreparationOptions,
): Promise<PreparedService | undefined> {
  if (interruption.stop.aborted) return undefined;
  tell({ kind: 'stage', id: 'prepare', plannedSeconds: lineSeconds(budget, 'prepare') });
  const say = (line: string): void => tell({ kind: 'note', line });
  const context = { tier: budget.tier, scenarios, seed, say, signal: interruption.stop };
  try {
    return await unlessAborted(interruption.kill, manifest.prepare(context));
  } catch (error) {
    if (interruption.stop.aborted) return undefined;
    throw error;
  }
}
