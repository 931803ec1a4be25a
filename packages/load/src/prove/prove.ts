import { type Clock, systemClock } from 'millrace/core';
import { runLoad } from '../run/index.ts';
import { ablationRows } from './ablations.ts';
import { type ArmBounds, closeInTime } from './arm-session.ts';
import { checkBudget, lineSeconds, plannedSeconds } from './budget.ts';
import { capacityRows } from './capacity-rows.ts';
import { searchCapacities, searchSeconds } from './capacity-search.ts';
import { type Choice, type ChoiceOptions, chooseFrom, groupsOf } from './choice.ts';
import { costRows, DEFAULT_COSTS } from './costs.ts';
import { compareAnswers } from './digests.ts';
import { PROVE_ERRORS } from './errors.ts';
import type { ProofListener } from './event.ts';
import { type Interruption, joinInterruption, unlessAborted } from './interruption.ts';
import { describeMachine, readCommit } from './machine.ts';
import type { CapacitySpec, PhaseSpec, PreparedService, ProofManifest, StreamSpec } from './manifest.ts';
import { checkAblations, checkCapacities, checkManifest, checkService } from './manifest-check.ts';
import type { LoadRunner } from './phase-run.ts';
import { type PlannedRound, planRounds } from './plan.ts';
import type { DigestMismatch, PhaseName, ProofResult, RoundRun } from './proof-result.ts';
import { runRound } from './round-run.ts';
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
}

/** What was found out about the service. */
interface Findings {
  readonly plannedSeconds: number;
  readonly facts: PreparedService['facts'];
  readonly digests: ProofResult['digests'];
  readonly phases: ProofResult['phases'];
  readonly rounds: readonly RoundRun[];
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
 * that favours none of them, and makes the table. Answers that differ give a result without rounds.
 * @throws MILLRACE_PROVE_* (see {@link PROVE_ERRORS}), MILLRACE_LOAD_*, and what the manifest's `prepare` throws; whatever
 * was started is stopped first.
 * @example
 * const result = await prove(manifest, { tier: 'quick', onEvent: (event) => console.log(event.kind) });
 * console.log(result.rows[0]?.ratios[0]?.p95Ms.value);
 */
export async function prove(manifest: ProofManifest, options: ProveOptions = {}): Promise<ProofResult> {
  checkManifest(manifest);
  const clock = options.clock ?? systemClock;
  const startedAt = new Date(clock.wallNow()).toISOString();
  const start = clock.now();
  const proof = openProof(manifest, options);
  const [checkout, findings] = await Promise.all([readCommit(process.cwd()), findOut(proof)]);
  const { kind, tier, scenarios, arms, skippedArms, budget } = proof.choice;
  return {
    schema: 'millrace-proof-result/2',
    kind,
    name: manifest.name,
    outcome:
      findings.digests.mismatches.length > 0
        ? 'digests-differ'
        : proof.interruption.stop.aborted
          ? 'interrupted'
          : 'complete',
    ...checkout,
    startedAt,
    elapsedSeconds: (clock.now() - start) / 1000,
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
  };
}

async function findOut(proof: Proof): Promise<Findings> {
  const { choice, interruption, manifest } = proof;
  const { arms, budget } = choice;
  proof.tell({ kind: 'plan', totalSeconds: budget.limitSeconds });
  const service = await prepare(proof);
  if (service === undefined) return NOTHING;
  try {
    checkService(service, manifest.scenarios);
    checkAblations(service, choice.ablations);
    const groups = groupsOf(choice, service.phases);
    const planned = planRounds(groups, budget.blocks);
    checkBudget(budget, planned);
    const specs = proof.capacity ? checkCapacities(service) : [];
    const searching = specs.reduce((sum, spec) => sum + searchSeconds(spec, arms.length), 0);
    const totalSeconds = plannedSeconds(budget, planned) + searching;
    proof.tell({ kind: 'plan', totalSeconds, rounds: planned.length });
    proof.tell({ kind: 'stage', id: 'digests', plannedSeconds: lineSeconds(budget, 'digests') });
    const mismatches = await compareAnswers(service, arms, proof.bounds, interruption);
    const rounds = mismatches?.length === 0 ? await runRounds(proof, service, planned) : [];
    const capacity = mismatches?.length === 0 ? await searchAll(proof, service, specs, planned.length) : [];
    proof.tell({ kind: 'stage', id: 'report', plannedSeconds: lineSeconds(budget, 'report') });
    const rows = tableRows(service.rows, arms, rounds);
    return {
      plannedSeconds: totalSeconds,
      facts: service.facts,
      digests: digestsOf(service.digests.length, mismatches),
      phases: phaseNames(service.phases, planned),
      rounds,
      rows,
      costs: costRows(service.costs ?? DEFAULT_COSTS, service.phases, arms, rounds),
      ablations: ablationRows(choice.ablations, arms, rows),
      capacity,
    };
  } finally {
    await closeInTime(service, interruption.kill);
  }
}

/** The prepared service; undefined when interrupted before it was ready. */
async function prepare({ manifest, choice, seed, interruption, tell }: Proof): Promise<PreparedService | undefined> {
  if (interruption.stop.aborted) return undefined;
  const { tier, scenarios, budget } = choice;
  tell({ kind: 'stage', id: 'prepare', plannedSeconds: lineSeconds(budget, 'prepare') });
  const say = (line: string): void => tell({ kind: 'note', line });
  const context = { tier, scenarios, seed, say, signal: interruption.stop };
  try {
    return await unlessAborted(interruption.kill, manifest.prepare(context));
  } catch (error) {
    if (interruption.stop.aborted) return undefined;
    throw error;
  }
}

async function runRounds(
  proof: Proof,
  service: PreparedService,
  planned: readonly PlannedRound[],
): Promise<RoundRun[]> {
  const { budget } = proof.choice;
  const phaseRuns = planned.reduce((sum, { phases }) => sum + phases.length, 0);
  const context = {
    ...proof,
    rounds: planned.length,
    startSeconds: lineSeconds(budget, 'start'),
    drainSeconds: (lineSeconds(budget, 'drain') * planned.length) / phaseRuns,
  };
  const rounds: RoundRun[] = [];
  for (const round of planned) {
    const run = await runRound(service, round, context);
    if (run !== undefined) rounds.push(run);
    if (proof.interruption.stop.aborted) break;
  }
  return rounds;
}

async function searchAll(
  proof: Proof,
  service: PreparedService,
  specs: readonly CapacitySpec[],
  firstRound: number,
): Promise<ProofResult['capacity']> {
  const { arms } = proof.choice;
  return capacityRows(specs, arms, await searchCapacities(service, specs, { ...proof, arms, firstRound }));
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
