import { type ArmSpec, TIERS, type Tier } from './arm-spec.ts';
import { ABLATION_LIMIT_S, type Budget, budgetFor, LEAST_ABLATION_BLOCKS, withBlocks } from './budget.ts';
import { PROVE_ERRORS } from './errors.ts';
import type { AblationSpec, PhaseSpec, ProofManifest } from './manifest.ts';
import type { RoundGroup } from './plan.ts';
import type { ProofResult, SkippedArm } from './proof-result.ts';

/** Which part of a manifest somebody asks for. */
export interface ChoiceOptions {
  /** Quick within 80 s, main within 180 s, full as long as it needs; default main. */
  readonly tier?: Tier;
  /** Names of {@link ProofManifest.scenarios}; default: those that the tier runs. */
  readonly scenarios?: readonly string[];
  /** Blocks of one round an arm, 1 (3 in an ablation) to 20; default: the tier's own two or three. */
  readonly blocks?: number;
  /** Measures what each of these switches costs, by the ids of {@link ProofManifest.ablations}; `all` of them. */
  readonly ablate?: 'all' | readonly string[];
}

/** What will be measured. */
export interface Choice {
  readonly kind: ProofResult['kind'];
  readonly tier: Tier;
  readonly scenarios: readonly string[];
  readonly arms: readonly ArmSpec[];
  readonly skippedArms: readonly SkippedArm[];
  /** Empty unless it is an ablation. */
  readonly ablations: readonly AblationSpec[];
  readonly budget: Budget;
}

/**
 * Holds what is asked for against what the manifest has.
 * @throws MILLRACE_PROVE_MANIFEST_INVALID, MILLRACE_PROVE_OPTION_INVALID, MILLRACE_PROVE_SCENARIO_UNKNOWN,
 * MILLRACE_PROVE_ABLATION_UNKNOWN
 */
export function chooseFrom(manifest: ProofManifest, options: ChoiceOptions): Choice {
  return options.ablate === undefined
    ? chooseProof(manifest, options)
    : chooseAblation(manifest, options, options.ablate);
}

function chooseProof(manifest: ProofManifest, { tier = 'main', scenarios, blocks }: ChoiceOptions): Choice {
  const known = manifest.scenarios ?? [];
  const budget = budgetFor(tier, manifest.overheads?.[tier]);
  const isMeasured = (arm: ArmSpec): boolean => {
    return arm.unavailable === undefined && (arm.tiers?.includes(tier) ?? true);
  };
  const arms = manifest.arms.filter(isMeasured);
  if (arms.length < 2) throw invalid(`the tier ${tier} has fewer than two arms`);
  if (arms.at(-1) !== manifest.arms.at(-1)) throw invalid(`the tier ${tier} lacks the last arm`);
  return {
    kind: 'proof',
    tier,
    scenarios: scenarios === undefined ? (manifest.defaultScenarios?.[tier] ?? known) : knownOnly(scenarios, known),
    arms,
    skippedArms: manifest.arms.filter((arm) => !isMeasured(arm)).map(skippedArm),
    ablations: [],
    budget: blocks === undefined ? budget : withBlocks(budget, blocks),
  };
}

function chooseAblation(
  manifest: ProofManifest,
  { tier = 'main', scenarios, blocks }: ChoiceOptions,
  ablate: 'all' | readonly string[],
): Choice {
  const of = manifest.ablations ?? [];
  const wanted = scenarios === undefined ? undefined : knownOnly(scenarios, manifest.scenarios ?? []);
  const inScenario = of.filter(({ scenario }) => wanted?.includes(scenario) ?? true);
  const ablations = ablate === 'all' ? inScenario : inScenario.filter(({ id }) => ablate.includes(id));
  const unknown = ablate === 'all' ? undefined : ablate.find((id) => !inScenario.some((each) => each.id === id));
  if (ablations.length === 0 || unknown !== undefined) {
    const known = inScenario.map(({ id }) => id).join(', ') || 'none';
    throw PROVE_ERRORS.create('MILLRACE_PROVE_ABLATION_UNKNOWN', { name: unknown ?? 'at all', known });
  }
  const budget = { ...budgetFor(tier, manifest.overheads?.[tier]), limitSeconds: ABLATION_LIMIT_S };
  return {
    kind: 'ablation',
    tier,
    scenarios: [...new Set(ablations.map(({ scenario }) => scenario))],
    arms: [...ablations.map(({ id, label }) => ({ id, label })), lastOf(manifest)],
    skippedArms: [],
    ablations,
    budget: withBlocks(budget, blocks ?? Math.max(budget.blocks, LEAST_ABLATION_BLOCKS), LEAST_ABLATION_BLOCKS),
  };
}

/**
 * The phases of the chosen scenarios, by the arms that go through them. An ablation has a group a scenario, so that the
 * last arm comes to each as fresh as the arm that it is held against, and runs each phase in each round.
 */
export function groupsOf({ kind, scenarios, arms, ablations }: Choice, phases: readonly PhaseSpec[]): RoundGroup[] {
  const chosen = phases.filter(({ scenario }) => scenario === undefined || scenarios.includes(scenario));
  if (kind === 'proof') return [{ arms, phases: chosen }];
  return scenarios.map((name) => ({
    arms: arms.filter(({ id }, i) => {
      return i === arms.length - 1 || ablations.some((each) => each.id === id && each.scenario === name);
    }),
    phases: chosen.filter(({ scenario }) => scenario === name).map((phase) => ({ ...phase, rounds: 'each' })),
  }));
}

function knownOnly(names: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined && names.length > 0) return known.filter((name) => names.includes(name));
  const context = { name: unknown ?? '(none was named)', known: known.join(', ') || 'none' };
  throw PROVE_ERRORS.create('MILLRACE_PROVE_SCENARIO_UNKNOWN', context);
}

function skippedArm({ id, label, tiers = TIERS, unavailable }: ArmSpec): SkippedArm {
  const measuredIn = TIERS.find((tier) => tiers.includes(tier)) ?? 'full';
  return { id, label, measuredIn, ...(unavailable !== undefined && { unavailable }) };
}

function lastOf({ arms }: ProofManifest): ArmSpec {
  const last = arms.at(-1);
  if (last === undefined) throw invalid('it has no arms');
  return last;
}

function invalid(reason: string): Error {
  return PROVE_ERRORS.create('MILLRACE_PROVE_MANIFEST_INVALID', { reason });
}
