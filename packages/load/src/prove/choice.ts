import { type ArmSpec, TIERS, type Tier } from './arm-spec.ts';
import { ASKED_LIMIT_S, type Budget, budgetFor, LEAST_ABLATION_BLOCKS, withBlocks } from './budget.ts';
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
  /**
   * Ids of the arms to measure in place of the tier's, ablations too, however long that takes; the manifest's last arm is
   * measured in any case. Not in an ablation.
   */
  readonly arms?: readonly string[];
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
 * MILLRACE_PROVE_ABLATION_UNKNOWN, MILLRACE_PROVE_ARM_UNKNOWN
 */
export function chooseFrom(manifest: ProofManifest, options: ChoiceOptions): Choice {
  if (options.ablate === undefined) return chooseProof(manifest, options);
  if (options.arms === undefined) return chooseAblation(manifest, options, options.ablate);
  const context = { option: 'arms', value: options.arms.join(','), allowed: 'nothing in an ablation' };
  throw PROVE_ERRORS.create('MILLRACE_PROVE_OPTION_INVALID', context);
}

function chooseProof(manifest: ProofManifest, options: ChoiceOptions): Choice {
  const { tier = 'main', scenarios, blocks } = options;
  const known = manifest.scenarios ?? [];
  const budget = budgetFor(tier, manifest.overheads?.[tier]);
  const { arms, skipped } = options.arms === undefined ? armsOf(manifest, tier) : chosenArms(manifest, options.arms);
  const limit = options.arms === undefined ? {} : { limitSeconds: ASKED_LIMIT_S };
  return {
    kind: 'proof',
    tier,
    scenarios: scenarios === undefined ? (manifest.defaultScenarios?.[tier] ?? known) : knownOnly(scenarios, known),
    arms,
    skippedArms: skipped.map(skippedArm),
    ablations: [],
    budget: { ...(blocks === undefined ? budget : withBlocks(budget, blocks)), ...limit },
  };
}

interface Arms {
  readonly arms: readonly ArmSpec[];
  readonly skipped: readonly ArmSpec[];
}

function armsOf(manifest: ProofManifest, tier: Tier): Arms {
  const isMeasured = ({ tiers, unavailable }: ArmSpec): boolean =>
    unavailable === undefined && (tiers?.includes(tier) ?? true);
  const arms = manifest.arms.filter(isMeasured);
  if (arms.length < 2) throw invalid(`the tier ${tier} has fewer than two arms`);
  if (arms.at(-1) !== manifest.arms.at(-1)) throw invalid(`the tier ${tier} lacks the last arm`);
  return { arms, skipped: manifest.arms.filter((arm) => !isMeasured(arm)) };
}

/** In the order in which they were asked for, before the last one. */
function chosenArms(manifest: ProofManifest, asked: readonly string[]): Arms {
  const last = lastOf(manifest);
  const before = [...new Set(asked)].map((id) => findArm(manifest, id)).filter(({ id }) => id !== last.id);
  const arms = [...before.filter(({ unavailable }) => unavailable === undefined), last];
  if (arms.length < 2) {
    const allowed = `one that can be measured here, beside ${last.id}`;
    const context = { option: 'arms', value: asked.join(',') || '(none)', allowed };
    throw PROVE_ERRORS.create('MILLRACE_PROVE_OPTION_INVALID', context);
  }
  return { arms, skipped: before.filter(({ unavailable }) => unavailable !== undefined) };
}

/** An arm of any tier, or an ablation. @throws MILLRACE_PROVE_ARM_UNKNOWN */
export function findArm({ arms, ablations = [] }: ProofManifest, id: string): ArmSpec {
  const all: readonly ArmSpec[] = [...arms, ...ablations.map((each) => ({ id: each.id, label: each.label }))];
  const found = all.find((arm) => arm.id === id);
  if (found !== undefined) return found;
  throw PROVE_ERRORS.create('MILLRACE_PROVE_ARM_UNKNOWN', { name: id, known: all.map((arm) => arm.id).join(', ') });
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
  const budget = { ...budgetFor(tier, manifest.overheads?.[tier]), limitSeconds: ASKED_LIMIT_S };
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
