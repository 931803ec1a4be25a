import { type Clock, systemClock } from 'millrace/core';
import { describeMachine } from '../result/index.ts';
import { runLoad } from '../run/index.ts';
import { ablationRows } from './ablations.ts';
import { type ArmBounds, closeInTime } from './arm-session.ts';
import { checkBudget, lineSeconds, plannedSeconds } from './budget.ts';
import { capacityRows } from './capacity-rows.ts';
import { searchCapacities, searchesTime } from './capacity-search.ts';
import { type Choice, type ChoiceOptions, chooseFrom, groupsOf } from './choice.ts';
import { readCommit } from './commit.ts';
import { costRows, DEFAULT_COSTS } from './costs.ts';
import { compareAnswers } from './digests.ts';
import { PROVE_ERRORS } from './errors.ts';
import type { ProofListener } from './event.ts';
import { createForecast, type Forecast } from './forecast.ts';
import { type Interruption, joinInterruption } from './interruption.ts';
import type { CapacitySpec, PhaseSpec, PreparedService, ProofManifest, StreamSpec } from './manifest.ts';
import { checkAblations, checkCapacities, checkManifest, checkService } from './manifest-check.ts';
import type { LoadRunner } from './phase-run.ts';
import { type PlannedRound, planRounds } from './plan.ts';
import { prepareService } from './preparation.ts';
import type { ArmDeath, DigestMismatch, PhaseName, ProofResult, RoundRun } from './proof-result.ts';
import { runRounds } from './round-run.ts';
import { tableRows } from './rows.ts';
import { validityOf } from './validity.ts';

/** Options of {@link prove}. */
export interface ProveOptions extends ChoiceOptions {
  /** Searches afterwards for the highest rate that each arm holds, as the manifest's `capacity` says; default false. */
  readonly capacity?: boolean;
  /** Same seed: same schedules, users and requests. A whole number of 32 bits; default 1. */
  readonly seed?: number;
  /** Aborting lets what is in flight drain for a second, stops the arm, and gives the partial result. */
  readonly signal?: AbortSignal;
  /** Aborting kills the arm at once and gives what the rounds before gave. */
  readonly killSignal?: AbortSignal;
  /** Told what happens, for a progress display. */
  readonly onEvent?: ProofListener;
  /** From an arm's start to its first ready answer, in milliseconds; default 20,000. */
  readonly readyTimeoutMs?: number;
  /** From SIGTERM to SIGKILL, in milliseconds; default 5,000. */
  readonly stopTimeoutMs?: number;
  /** Drives one stream; default {@link runLoad}. */
  readonly run?: LoadRunner;
  readonly clock?: Clock;
}

/** What the parts of one proof share. */
interface Proof {
  readonly manifest: ProofManifest;
  readonly choice: Choice;
  readonly capacity: boolean;
  readonly seed: number;
  readonly bounds: ArmBounds;
  readonly interruption: Interruption;
  readonly run: LoadRunner;
  readonly tell: ProofListener;
  readonly clock: Clock;
  /** When the proof began, by the clock. */
  readonly startedAt: number;
}

/** What was found out about the service. */
interface Findings {
  readonly plannedSeconds: number;
  readonly facts: PreparedService['facts'];
  readonly digests: ProofResult['digests'];
  readonly phases: ProofResult['phases'];
  readonly rounds: readonly RoundRun[];
  readonly death?: ArmDeath;
  readonly rows: ProofResult['rows'];
  readonly costs: ProofResult['costs'];
  readonly ablations: ProofResult['ablations'];
  readonly capacity: ProofResult['capacity'];
}

const NOTHING: Findings = {
  plannedSeconds: 0,
  facts: {},
  digests: { requests: 0, compared: false, mismatches: [] },
  phases: [],
  rounds: [],
  rows: [],
  costs: [],
  ablations: [],
  capacity: [],
};

/**
 * Measures a service before and after: prepares it, compares the answers of its arms, runs the rounds in an order
 * that favours none of them, and makes the table. Answers that differ give a result without rounds, an arm that is lost in
 * a round one with the rounds before it.
 * @throws MILLRACE_PROVE_* (see {@link PROVE_ERRORS}), MILLRACE_LOAD_*, and what the manifest's `prepare` throws; whatever
 * was started is stopped first.
 * @example
 * const result = await prove(manifest, { tier: 'quick', onEvent: (event) => console.log(event.kind) });
 * console.log(result.rows[0]?.ratios[0]?.p95Ms.value);
 */
export async function prove(manifest: ProofManifest, options: ProveOptions = {}): Promise<ProofResult> {
  checkManifest(manifest);
  const proof = openProof(manifest, options);
  const { clock } = proof;
  const startedAt = new Date(clock.wallNow()).toISOString();
  const [checkout, findings] = await Promise.all([readCommit(process.cwd()), findOut(proof)]);
  const { kind, tier, scenarios, arms, skippedArms, budget } = proof.choice;
  return {
    schema: 'millrace-proof-result/2',
    kind,
    name: manifest.name,
    outcome: outcomeOf(findings, proof),
    ...checkout,
    startedAt,
    elapsedSeconds: (clock.now() - proof.startedAt) / 1000,
    tier,
    scenarios,
    blocks: budget.blocks,
    seed: proof.seed,
    machine: describeMachine(),
    arms,
    skippedArms,
    ...findings,
    validity: validityOf(findings.rounds),
  };
}

function outcomeOf({ digests, death }: Findings, { interruption }: Proof): ProofResult['outcome'] {
  if (digests.mismatches.length > 0) return 'digests-differ';
  if (death !== undefined) return 'died';
  return interruption.stop.aborted ? 'interrupted' : 'complete';
}

function openProof(manifest: ProofManifest, options: ProveOptions): Proof {
  if (options.capacity === true && options.ablate !== undefined) {
    const context = { option: 'capacity', value: 'true', allowed: 'false in an ablation' };
    throw PROVE_ERRORS.create('MILLRACE_PROVE_OPTION_INVALID', context);
  }
  return {
    manifest,
    choice: chooseFrom(manifest, options),
    capacity: options.capacity ?? false,
    seed: options.seed ?? 1,
    bounds: { readyTimeoutMs: options.readyTimeoutMs ?? 20_000, stopTimeoutMs: options.stopTimeoutMs ?? 5_000 },
    interruption: joinInterruption(options.signal, options.killSignal),
    run: options.run ?? runLoad,
    tell: options.onEvent ?? (() => {}),
    clock: options.clock ?? systemClock,
    startedAt: (options.clock ?? systemClock).now(),
  };
}

async function findOut(proof: Proof): Promise<Findings> {
  const { choice, interruption, manifest } = proof;
  const { arms, budget, scenarios } = choice;
  proof.tell({ kind: 'plan', totalSeconds: budget.limitSeconds });
  const service = await prepareService(manifest, { ...proof, scenarios, budget });
  if (service === undefined) return NOTHING;
  try {
    checkService(service, manifest.scenarios);
    checkAblations(service, choice.ablations);
    const groups = groupsOf(choice, service.phases);
    const planned = planRounds(groups, budget.blocks);
    checkBudget(budget, planned);
    const specs = proof.capacity ? checkCapacities(service) : [];
    const plan = tellPlan(proof, planned, specs);
    proof.tell({ kind: 'stage', id: 'digests', plannedSeconds: lineSeconds(budget, 'digests') });
    const mismatches = await compareAnswers(service, arms, proof.bounds, interruption, proof.tell);
    const forecast = createForecast(budget, planned, { ...proof, laterSeconds: plan.searchingSeconds });
    const alike = mismatches?.length === 0;
    const measured = alike ? await runRounds(service, planned, { ...proof, forecast }) : { rounds: [] };
    const { rounds, death } = measured;
    const capacity =
      alike && death === undefined
        ? await searchAll(proof, service, { specs, firstRound: planned.length, forecast, deadlineAt: plan.deadlineAt })
        : capacityRows(death === undefined ? [] : specs, arms, []);
    proof.tell({ kind: 'stage', id: 'report', plannedSeconds: lineSeconds(budget, 'report') });
    const rows = tableRows(service.rows, arms, rounds);
    return {
      plannedSeconds: plan.mostSeconds,
      facts: service.facts,
      digests: digestsOf(service.digests.length, mismatches),
      phases: phaseNames(service.phases, planned),
      rounds,
      ...(death && { death }),
      rows,
      costs: costRows(service.costs ?? DEFAULT_COSTS, service.phases, arms, rounds),
      ablations: ablationRows(choice.ablations, arms, rows),
      capacity,
    };
  } finally {
    await closeInTime(service, interruption.kill);
  }
}

/** Says how long all of it takes, now that what the preparation really took is known. */
function tellPlan(
  { choice, bounds, clock, startedAt, tell }: Proof,
  planned: readonly PlannedRound[],
  specs: readonly CapacitySpec[],
): { readonly mostSeconds: number; readonly searchingSeconds: number; readonly deadlineAt: number } {
  const { arms, budget } = choice;
  const { usualMs, mostMs } = searchesTime(specs, arms.length, {
    ...bounds,
    startSeconds: lineSeconds(budget, 'start'),
  });
  const inRounds = plannedSeconds(budget, planned);
  const sooner = lineSeconds(budget, 'prepare') - (clock.now() - startedAt) / 1_000;
  const mostSeconds = inRounds + mostMs / 1_000;
  tell({
    ...{ kind: 'plan', totalSeconds: inRounds + usualMs / 1_000 - sooner, rounds: planned.length },
    ...(specs.length > 0 && { atMostSeconds: mostSeconds - sooner }),
  });
  const deadlineAt = startedAt + 1_000 * (mostSeconds - sooner - lineSeconds(budget, 'report'));
  return { mostSeconds, searchingSeconds: usualMs / 1_000, deadlineAt };
}

/** What follows the rounds. */
interface SearchPlan {
  readonly specs: readonly CapacitySpec[];
  /** The first number that no round has. */
  readonly firstRound: number;
  readonly forecast: Forecast;
  /** By the clock. */
  readonly deadlineAt: number;
}

async function searchAll(
  proof: Proof,
  service: PreparedService,
  { specs, forecast, ...planned }: SearchPlan,
): Promise<ProofResult['capacity']> {
  const { arms } = proof.choice;
  const onLeft = (seconds: number): void => proof.tell({ kind: 'plan', totalSeconds: forecast.withLeft(seconds) });
  return capacityRows(
    specs,
    arms,
    await searchCapacities(service, specs, {
      ...{ ...proof, ...planned, arms, onLeft },
      startSeconds: forecast.startSeconds,
    }),
  );
}

function phaseNames(phases: readonly PhaseSpec[], planned: readonly PlannedRound[]): ProofResult['phases'] {
  const running = new Set(planned.flatMap((round) => round.phases.map(({ id }) => id)));
  return phases
    .filter(({ id }) => running.has(id))
    .map(({ id, label = id, streams }) => ({ id, label, ...streamNames(streams) }));
}

function streamNames(streams: readonly StreamSpec[]): Pick<PhaseName, 'streams'> {
  const named = streams.flatMap(({ id, label }) => (label === undefined ? [] : [[id, label] as const]));
  return named.length === 0 ? {} : { streams: Object.fromEntries(named) };
}

function digestsOf(requests: number, mismatches: readonly DigestMismatch[] | undefined): ProofResult['digests'] {
  return { requests, compared: mismatches !== undefined, mismatches: mismatches ?? [] };
}
