import { readFile } from 'node:fs/promises';
import type { ProofManifest, ProofResult } from '@millrace/load/prove';
import { CLI_ERRORS } from './errors.ts';
import type { ChosenProof } from './prove-request.ts';

const SCHEMA: ProofResult['schema'] = 'millrace-proof-result/2';

/**
 * What a proof was asked for, from its result file, so that it can be asked for again: tier, scenarios, arms, blocks, seed,
 * and the switches of an ablation.
 * @throws MILLRACE_CLI_RESULT_UNUSABLE
 */
export async function readRepetition(file: string, manifest: ProofManifest): Promise<ChosenProof> {
  const result = await readResult(file);
  const unusable = (reason: string): Error => CLI_ERRORS.create('MILLRACE_CLI_RESULT_UNUSABLE', { file, reason });
  if (result.name !== manifest.name) throw unusable(`it is of ${result.name}, the manifest of ${manifest.name}`);
  const { kind, tier, scenarios, arms, blocks, seed, capacity } = result;
  const measured = manifest.arms.filter(
    ({ tiers, unavailable }) => unavailable === undefined && (tiers?.includes(tier) ?? true),
  );
  const [had, has] = [arms, measured].map((list) => list.map(({ id }) => id).join(', '));
  const isChosen = kind === 'proof' && had !== has;
  if (isChosen && !canMeasure(manifest, arms)) throw unusable(`it is of the arms ${had}, the manifest now has ${has}`);
  return {
    ...{ tier, blocks, seed, capacity: capacity.length > 0 },
    ...(scenarios.length > 0 && { scenarios }),
    ...(isChosen && { arms: arms.map(({ id }) => id) }),
    ...(kind === 'ablation' && { ablate: arms.slice(0, -1).map(({ id }) => id) }),
  };
}

/** Whether the manifest still has all of these arms, and the last of them last. */
function canMeasure({ arms, ablations = [] }: ProofManifest, had: ProofResult['arms']): boolean {
  const ids = [...arms.filter(({ unavailable }) => unavailable === undefined), ...ablations].map(({ id }) => id);
  return had.every(({ id }) => ids.includes(id)) && had.at(-1)?.id === arms.at(-1)?.id;
}

async function readResult(file: string): Promise<ProofResult> {
  const unusable = (reason: string, cause?: unknown): Error =>
    CLI_ERRORS.create('MILLRACE_CLI_RESULT_UNUSABLE', { file, reason }, cause);
  let result: Partial<ProofResult> | null;
  try {
    result = JSON.parse(await readFile(file, 'utf8')) as typeof result;
  } catch (error) {
    throw unusable((error as Error).message, error);
  }
  if (result?.schema !== SCHEMA) throw unusable(`its schema is ${String(result?.schema)}, not ${SCHEMA}`);
  return result as ProofResult;
}
