import type { HistogramSnapshot } from 'millrace/core';
import type { CapacityStep, SearchLimit, Slo } from '../capacity/index.ts';
import type { LoadResult, Machine, ServiceRemark, ValidityReason } from '../result/index.ts';
import type { ArmSpec, Tier } from './arm-spec.ts';
import type { Fact, LocalText } from './local-text.ts';

/** What a figure is. Only `measured` figures come from this run. */
export type FigureLabel = 'measured' | 'estimated' | 'target' | 'skipped';

/** Smallest and largest of one figure over the rounds. */
export interface Spread {
  readonly min: number;
  readonly max: number;
  /** How the end may lie elsewhere, because timeouts reach a round's figure; absent: it is exact. */
  readonly minBound?: 'at-least' | 'at-most';
  readonly maxBound?: 'at-least' | 'at-most';
}

/** One number of the table, and what it rests on. */
export interface Figure {
  /** In the unit that the name of its place says; null when {@link Figure.label} is `skipped`. */
  readonly value: number | null;
  /** `at-least`: timeouts reach this figure, the true one is not smaller. */
  readonly bound: 'exact' | 'at-least';
  /** The same figure taken in each round alone; null with fewer than two rounds, or where one has too few samples. */
  readonly spread: Spread | null;
  /** Number of samples it rests on. */
  readonly samples: number;
  /** Number of samples it needs; fewer, and the figure is skipped. */
  readonly needed: number;
  readonly label: FigureLabel;
}

/** How many times larger the figure was in an earlier arm than in the last: the geometric mean over the blocks. */
export interface Ratio {
  /** Null when either figure is skipped, or censored on both sides. */
  readonly value: number | null;
  /** `at-least` and `at-most` when one of the two figures is censored. */
  readonly bound: 'exact' | 'at-least' | 'at-most';
  /** Over the blocks; null with fewer than two, or where one has too few samples: the ratio is then that of the pooled figures. */
  readonly spread: Spread | null;
  /** Where the ratio lies with 95 % confidence, by Student's t over the blocks; absent without a spread. {@link Ratio.bound} holds for both ends. */
  readonly interval?: Pick<Spread, 'min' | 'max'>;
}

/** The figures of a distribution of times. */
export interface TimeFigures {
  readonly meanMs: Figure;
  readonly p50Ms: Figure;
  readonly p95Ms: Figure;
  readonly p99Ms: Figure;
  readonly maxMs: Figure;
}

/** Share of the requests in each grade, and of those that failed; they add up to 1. */
export interface GradeShares {
  readonly excellent: number;
  readonly good: number;
  readonly acceptable: number;
  readonly needsWork: number;
  readonly failed: number;
}

/** One arm's side of a row. */
export interface ArmFigures {
  /** Requests of the row's steps that ended, well or not, in all rounds; the interrupted are not among them. */
  readonly requests: number;
  readonly errors: number;
  /** 0 to 1. */
  readonly errorShare: Figure;
  /** Written once more because the service closed a kept connection under them; no errors by that. */
  readonly resent: number;
  /** What is to be said of the service beside its errors. */
  readonly remarks: readonly ServiceRemark[];
  /** Cut off by a stop: neither good nor errors, and part of no figure. */
  readonly interrupted: number;
  /** Known only to be at least their value. */
  readonly censored: number;
  /** The smallest of these, in microseconds: shorter times are exact. Absent: there are none. */
  readonly censoredFromUs?: number;
  /** From the intended start to the last byte; of good answers, and as lower bounds of what was never answered. */
  readonly response: TimeFigures;
  /** From the written request to the last byte. */
  readonly service: TimeFigures;
  /** From the intended start to the write, with the wait for a connection; of the whole stream. */
  readonly sendLag: TimeFigures;
  /** From the intended start until the generator took the request up: its own lateness alone; of the whole stream. */
  readonly scheduleLag: TimeFigures;
  /** Null without requests. */
  readonly grades: GradeShares | null;
  /** The same response times of all rounds together, for charts; the censored are among them. */
  readonly distribution: HistogramSnapshot;
}

/** One arm against the last. */
export type TimeRatios = Readonly<Record<keyof TimeFigures, Ratio>>;

/** One line in which every arm has a side, and each is held against the last. */
export interface ArmsRow<Side, Against> {
  readonly id: string;
  readonly label: LocalText;
  /** One an arm, in the order of {@link ProofResult.arms}. */
  readonly arms: readonly Side[];
  /** One for each arm but the last. */
  readonly ratios: readonly Against[];
}

/** One line of the before/after table; its ratios are those of the response time. */
export interface TableRow extends ArmsRow<ArmFigures, TimeRatios> {
  readonly phase: string;
  readonly stream: string;
}

/** One line of what a request costs the service, in one phase. */
export interface CostRow extends ArmsRow<Figure, Ratio> {
  readonly phase: string;
  readonly unit: 'ms' | 'count' | 'share';
}

/** What turning one switch back on costs. */
export interface AblationRow {
  /** The arm with the switch on; held against the last arm. */
  readonly arm: string;
  readonly scenario: string;
  /** Id of the {@link TableRow} that shows it. */
  readonly row: string;
  readonly figure: keyof TimeFigures;
  readonly before: Figure;
  readonly after: Figure;
  readonly ratio: Ratio;
  /** `no-difference`: the whole interval lies within 5 % of 1. `unknown`: these rounds cannot tell. */
  readonly verdict: 'slower' | 'faster' | 'no-difference' | 'unknown';
}

/** How many requests a second the arms serve within a bound on their times and errors; a ratio says how many times more the last one serves. */
export interface CapacityRow extends ArmsRow<ArmCapacity, Ratio> {
  readonly slo: Slo;
}

/** One arm's capacity, and the steps by which it was found. */
export interface ArmCapacity {
  readonly arm: string;
  readonly perSecond: {
    readonly value: number | null;
    readonly spread: Spread | null;
    readonly bound: 'exact' | 'at-least';
  };
  /** What ended the search whose rate it is; `died`: the arm itself did, or it could not be reached; `port-in-use`: it could not begin. */
  readonly limitedBy: SearchLimit | 'died' | 'port-in-use';
  /** What became of an arm that was lost in any of its searches, with its last output; null: it lived. */
  readonly death: string | null;
  readonly steps: readonly CapacityStep[];
}

/** A phase as reports name it. */
export interface PhaseName {
  readonly id: string;
  readonly label: LocalText;
  /** Labels of its streams by their ids; absent: none has one. */
  readonly streams?: Readonly<Record<string, LocalText>>;
}

/** One stream of one phase in one round. */
export interface StreamRun {
  readonly id: string;
  readonly seed: number;
  readonly result: LoadResult;
}

/** What the arm counted during a phase. */
export interface CounterDelta {
  readonly counters: Readonly<Record<string, number>>;
  readonly histograms: Readonly<Record<string, HistogramSnapshot>>;
}

/** One phase of one round. */
export interface PhaseRun {
  readonly id: string;
  /** Kept apart: no figure of the table rests on it. */
  readonly warmUp: readonly StreamRun[];
  readonly streams: readonly StreamRun[];
  /** Absent counters: the arm has none. */
  readonly counted: CounterDelta | null;
  /** How long the arm needed after the last answer until it answered its ready path promptly again; null: it did not. */
  readonly settleMs: number | null;
}

/** One fresh process of one arm. */
export interface RoundRun {
  /** From 0, in the order in which they ran. */
  readonly index: number;
  /** Rounds of one block are neighbours and share their seeds. */
  readonly block: number;
  readonly arm: string;
  /** From the spawn to the first ready answer. */
  readonly readyMs: number;
  readonly phases: readonly PhaseRun[];
  readonly interrupted: boolean;
}

/** How an arm was lost in a round, which ended the rounds. */
export interface ArmDeath {
  readonly arm: string;
  /** From 0; it is not among the measured rounds. */
  readonly round: number;
  /** Of the error: its stable code, what went wrong with the arm's last output, and how to mend it. */
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

/** Where two answers to one request differ. */
export interface AnswerMismatch {
  readonly request: string;
  /** JSON path: `$` is the answer, `$.status`, `$.body.items[3].name`. */
  readonly path: string;
  /** As JSON, cut to a readable length; `absent` when there is nothing at the path. */
  readonly before: string;
  readonly after: string;
}

/** Where an answer of an arm differs from the last arm's. */
export interface DigestMismatch extends AnswerMismatch {
  /** Ids of the two arms. */
  readonly beforeArm: string;
  readonly afterArm: string;
}

/** Why a run is invalid: the generator's own reasons, or that its arm did not answer within `boundMs` again for `seconds`. */
export type InvalidRunReason =
  | ValidityReason
  | { readonly code: 'unsettled'; readonly values: { readonly seconds: number; readonly boundMs: number } };

/** A run that the generator itself spoiled. */
export interface InvalidRun {
  readonly round: number;
  readonly arm: string;
  readonly phase: string;
  readonly stream: string;
  readonly reasons: readonly InvalidRunReason[];
}

/** An arm that this tier does not measure, or nobody can on this machine. */
export interface SkippedArm {
  readonly id: string;
  readonly label: string;
  /** The shortest tier that does. */
  readonly measuredIn: Tier;
  /** Why it cannot be measured on this machine; absent where only the tier skips it. */
  readonly unavailable?: LocalText;
}

/** The result of a proof, as written to JSON (schema: `proof-result.schema.json`). */
export interface ProofResult {
  readonly schema: 'millrace-proof-result/2';
  /** `ablation`: the earlier arms are the last one with one switch turned back on each. */
  readonly kind: 'proof' | 'ablation';
  readonly name: string;
  /** `digests-differ`: the arms answer differently, so nothing was measured. `died`: an arm was lost in a round. */
  readonly outcome: 'complete' | 'interrupted' | 'digests-differ' | 'died';
  /** Of the outcome `died`; else absent. */
  readonly death?: ArmDeath;
  /** Null outside a git checkout. */
  readonly commit: string | null;
  /** Whether the checkout had changes that the commit does not hold. */
  readonly dirty: boolean;
  /** ISO 8601; a label, nothing is computed from it. */
  readonly startedAt: string;
  readonly elapsedSeconds: number;
  /** What the plan said that it would take, with searches at their longest; 0 when interrupted before there was one. */
  readonly plannedSeconds: number;
  readonly tier: Tier;
  /** Those that ran. */
  readonly scenarios: readonly string[];
  /** Blocks of one round an arm. */
  readonly blocks: number;
  readonly seed: number;
  readonly machine: Machine;
  readonly facts: Readonly<Record<string, Fact>>;
  /** Those that were measured; the last is the "after". */
  readonly arms: readonly ArmSpec[];
  /** Those that another tier measures. */
  readonly skippedArms: readonly SkippedArm[];
  readonly digests: {
    readonly requests: number;
    /** False when interrupted before the comparison was through. */
    readonly compared: boolean;
    readonly mismatches: readonly DigestMismatch[];
  };
  /** Those that were to run, in the order of the manifest. */
  readonly phases: readonly PhaseName[];
  readonly rounds: readonly RoundRun[];
  readonly rows: readonly TableRow[];
  readonly costs: readonly CostRow[];
  /** Of an ablation; else empty. */
  readonly ablations: readonly AblationRow[];
  /** Empty when it was not searched. */
  readonly capacity: readonly CapacityRow[];
  readonly validity: { readonly runs: number; readonly invalid: readonly InvalidRun[] };
}
