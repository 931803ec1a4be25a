import { type Clock, systemClock } from 'millrace/core';
import { runLoad } from '../run/index.ts';
import { type ArmBounds, closeInTime } from './arm-session.ts';
import { BUDGETS, type Budget, fixedSeconds, plannedSeconds, withBlocks } from './budget.ts';
import { costRows, DEFAULT_COSTS } from './costs.ts';
import { compareAnswers } from './digests.ts';
import type { ProofListener } from './event.ts';
import { type Interruption, joinInterruption, unlessAborted } from './interruption.ts';
import { describeMachine, readCommit } from './machine.ts';
import type { PreparedService, ProofManifest } from './manifest.ts';
import { checkManifest, checkService } from './manifest-check.ts';
import type { LoadRunner } from './phase-run.ts';
import { planRounds, roundsOf } from './plan.ts';
import type { DigestMismatch, ProofResult, RoundRun } from './proof-result.ts';
import { runRound } from './round-run.ts';
import { tableRows } from './rows.ts';
import { validityOf } from './validity.ts';

/** Options of {@link prove}. */
export interface ProveOptions {
  /** Four rounds within 80 s instead of six within 180 s; default false. */
  readonly quick?: boolean;
  /** Blocks of one round an arm, 1 up to the budget's own two or three (default): fewer are faster, with less spread to show. */
  readonly blocks?: number;
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
  readonly quick: boolean;
  readonly seed: number;
  readonly budget: Budget;
  readonly bounds: ArmBounds;
  readonly interruption: Interruption;
  readonly run: LoadRunner;
  readonly tell: ProofListener;
}

/** What was found out about the service. */
interface Findings {
  readonly facts: Readonly<Record<string, string>>;
  readonly digests: ProofResult['digests'];
  readonly rounds: readonly RoundRun[];
  readonly rows: ProofResult['rows'];
  readonly costs: ProofResult['costs'];
}

/**
 * Measures a service before and after: prepares it, compares the answers of its two arms, runs the rounds in an order
 * that favours neither arm, and makes the table. Answers that differ give a result without rounds.
 * @throws MILLRACE_PROVE_* (see {@link PROVE_ERRORS}), MILLRACE_LOAD_*, and what the manifest's `prepare` throws; whatever
 * was started is stopped first.
 * @example
 * const result = await prove(manifest, { quick: true, onEvent: (event) => console.log(event.kind) });
 * console.log(result.rows[0]?.ratios.p95Ms.value);
 */
export async function prove(manifest: ProofManifest, options: ProveOptions = {}): Promise<ProofResult> {
  checkManifest(manifest);
  const clock = options.clock ?? systemClock;
  const startedAt = new Date(clock.wallNow()).toISOString();
  const start = clock.now();
  const proof = openProof(manifest, options);
  const [checkout, findings] = await Promise.all([readCommit(process.cwd()), findOut(proof)]);
  return {
    schema: 'millrace-proof-result/1',
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
    quick: proof.quick,
    seed: proof.seed,
    machine: describeMachine(),
    arms: { before: manifest.arms[0], after: manifest.arms[1] },
    ...findings,
    validity: validityOf(findings.rounds),
  };
}

function openProof(manifest: ProofManifest, options: ProveOptions): Proof {
  const quick = options.quick ?? false;
  const budget = quick ? BUDGETS.quick : BUDGETS.main;
  return {
    manifest,
    quick,
    seed: options.seed ?? 1,
    budget: options.blocks === undefined ? budget : withBlocks(budget, options.blocks),
    bounds: { readyTimeoutMs: options.readyTimeoutMs ?? 20_000, stopTimeoutMs: options.stopTimeoutMs ?? 5_000 },
    interruption: joinInterruption(options.signal, options.killSignal),
    run: options.run ?? runLoad,
    tell: options.onEvent ?? (() => {}),
  };
}

async function findOut(proof: Proof): Promise<Findings> {
  const { budget, interruption, manifest } = proof;
  proof.tell({ kind: 'plan', totalSeconds: budget.limitSeconds });
  const service = await prepare(proof);
  if (service === undefined) return { facts: {}, digests: digestsOf(0, undefined), rounds: [], rows: [], costs: [] };
  try {
    checkService(service, budget);
    proof.tell({ kind: 'plan', totalSeconds: plannedSeconds(budget, service.phases) });
    proof.tell({ kind: 'stage', id: 'digests', plannedSeconds: fixedSeconds(budget, 'digests') });
    const mismatches = await compareAnswers(service, manifest.arms, proof.bounds, interruption);
    const rounds = mismatches?.length === 0 ? await runRounds(proof, service) : [];
    proof.tell({ kind: 'stage', id: 'report', plannedSeconds: fixedSeconds(budget, 'report') });
    const phases = service.phases.map(({ id }) => id);
    return {
      facts: service.facts,
      digests: digestsOf(service.digests.length, mismatches),
      rounds,
      rows: tableRows(service.rows, manifest.arms, rounds),
      costs: costRows(service.costs ?? DEFAULT_COSTS, phases, manifest.arms, rounds),
    };
  } finally {
    await closeInTime(service, interruption.kill);
  }
}

/** The prepared service; undefined when interrupted before it was ready. */
async function prepare({
  manifest,
  quick,
  seed,
  budget,
  interruption,
  tell,
}: Proof): Promise<PreparedService | undefined> {
  if (interruption.stop.aborted) return undefined;
  tell({ kind: 'stage', id: 'prepare', plannedSeconds: fixedSeconds(budget, 'prepare') });
  const say = (line: string): void => tell({ kind: 'note', line });
  try {
    return await unlessAborted(interruption.kill, manifest.prepare({ quick, seed, say, signal: interruption.stop }));
  } catch (error) {
    if (interruption.stop.aborted) return undefined;
    throw error;
  }
}

async function runRounds(proof: Proof, service: PreparedService): Promise<RoundRun[]> {
  const { budget, manifest } = proof;
  const planned = planRounds(manifest.arms, service.phases, budget.blocks);
  const phaseRuns = service.phases.reduce((sum, phase) => sum + roundsOf(phase, budget.blocks), 0);
  const context = {
    ...proof,
    rounds: planned.length,
    startSeconds: fixedSeconds(budget, 'start'),
    drainSeconds: (fixedSeconds(budget, 'drain') * planned.length) / phaseRuns,
  };
  const rounds: RoundRun[] = [];
  for (const round of planned) {
    const run = await runRound(service, round, context);
    if (run !== undefined) rounds.push(run);
    if (proof.interruption.stop.aborted) break;
  }
  return rounds;
}

function digestsOf(requests: number, mismatches: readonly DigestMismatch[] | undefined): ProofResult['digests'] {
  return { requests, compared: mismatches !== undefined, mismatches: mismatches ?? [] };
}
