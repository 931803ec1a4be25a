import type { HistogramSnapshot } from 'millrace/core';
import type { CapacityOptions, Slo } from '../capacity/index.ts';
import type { RequestSpec, Scenario } from '../scenario/index.ts';
import type { Arrivals } from '../schedule/index.ts';
import type { ArmSpec, Tier } from './arm-spec.ts';
import type { Overheads } from './budget.ts';
import type { Fact, LocalText } from './local-text.ts';
import type { TimeFigures } from './proof-result.ts';

/** How one arm's process is started for one round. */
export interface ArmProcess {
  /** Program and arguments; started without a shell. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Variables that the arm must not inherit from this process: whatever could change how it serves. */
  readonly unsetEnv?: readonly string[];
  /** Where the arm listens. */
  readonly baseUrl: string;
  /** Answers 200 once the arm can serve, e.g. `/health/ready`. */
  readonly readyPath: string;
  /** Answers {@link ArmCounters}; absent: the per-request counts are left out. */
  readonly countersPath?: string;
  /** Frees what the round used (its database), after the process has ended. */
  close(): Promise<void>;
}

/** Totals since the arm's process started. The proof subtracts two readings. */
export interface ArmCounters {
  /** e.g. `cpuUs`, `dbQueries`, `dbConnects`, `upstreamCalls`, `identityQueries`, `authorisedRequests`, `identityHits`. */
  readonly counters: Readonly<Record<string, number>>;
  /** e.g. `eventLoopDelayUs`, `identityHitUs`. */
  readonly histograms: Readonly<Record<string, HistogramSnapshot>>;
}

/** One stream of requests within a phase; the streams of a phase run side by side. */
export interface StreamSpec {
  readonly id: string;
  /** Shown in reports where its phase has several; default: its id. */
  readonly label?: LocalText;
  // biome-ignore lint/suspicious/noExplicitAny: streams of different user types stand in one list
  readonly scenario: Scenario<any>;
  readonly arrivals: Arrivals;
  readonly timeoutMs?: number;
  readonly maxConnections?: number;
  /** How long to wait for answers after the last arrival; default: the engine's. The rest is censored. */
  readonly drainMs?: number;
}

/** What a probe is told. */
export interface ProbeContext {
  /** Where the arm listens. */
  readonly baseUrl: string;
  /** The same for every arm of a block. */
  readonly seed: number;
  /** How long the streams beside it send; a probe ends on its own soon after. */
  readonly durationMs: number;
  readonly signal: AbortSignal;
}

/** Something that is counted beside the streams of a phase by asking the arm, e.g. whether it answers what it acknowledged. */
export interface ProbeSpec {
  readonly id: string;
  /** What it counted, to be added to the arm's own counters of the phase. A failure ends the proof. */
  run(context: ProbeContext): Promise<ArmCounters>;
}

/** One measured part of a round. */
export interface PhaseSpec {
  readonly id: string;
  /** Shown in reports; default: its id. */
  readonly label?: LocalText;
  /** The workload that it belongs to, one of {@link ProofManifest.scenarios}; absent: runs with any of them. */
  readonly scenario?: string;
  /** Runs first and is kept apart. */
  readonly warmUp?: readonly StreamSpec[];
  readonly streams: readonly StreamSpec[];
  /** Run beside the streams. */
  readonly probes?: readonly ProbeSpec[];
  /** Which rounds run it: each, or one an arm: those of the first block or of the last. An ablation runs it in each. */
  readonly rounds: 'each' | 'first-block' | 'last-block';
}

/** One line of the before/after table. */
export interface RowSpec {
  readonly id: string;
  readonly phase: string;
  readonly stream: string;
  /** Only these steps of the stream, or all but these. */
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly label: LocalText;
}

/** A cost that is a quotient of counters. */
export interface CounterCost {
  readonly id: string;
  readonly label: LocalText;
  /** The counter that is divided. */
  readonly counter: string;
  /** By what: the answered requests of the phase (default), or another counter. */
  readonly per?: string;
  /** `ms`: the counter holds microseconds. `share`: shown in percent. Default `count`. */
  readonly unit?: 'ms' | 'count' | 'share';
}

/** A cost that is a percentile. */
export interface HistogramCost {
  readonly id: string;
  readonly label: LocalText;
  /** A histogram of microseconds, shown in milliseconds. */
  readonly histogram: string;
  /** Above 0, below 100. */
  readonly percentile: number;
}

/** One line of what a request costs, from the arm's counters. */
export type CostSpec = CounterCost | HistogramCost;

/** A workload whose highest rate within an SLO can be searched for. */
export interface CapacitySpec extends Pick<CapacityOptions, 'minStepMs' | 'maxStepMs' | 'stepShare'> {
  readonly id: string;
  /** Shown. */
  readonly label: LocalText;
  readonly slo: Slo;
  /** The first rate: one that every arm should hold. */
  readonly startPerSecond: number;
  /** The highest rate that is tried. */
  readonly maxPerSecond: number;
  /** Sent once to each fresh process, before the first step. */
  readonly warmUp?: readonly StreamSpec[];
  /** What one step sends, at the arrivals that the search asks for. */
  stream(arrivals: Arrivals): StreamSpec;
}

/** A request whose answer must be the same in both arms, with ids and times normalised. */
export interface DigestRequest extends RequestSpec {
  readonly name: string;
}

/** A service made ready to be proven: data loaded, upstreams running. */
export interface PreparedService {
  /** Printed in the report's head: database and its version, data profile, cache. */
  readonly facts: Readonly<Record<string, Fact>>;
  /** What somebody needs who sends requests to a served arm, such as who may log in; shown by `--serve`. */
  readonly clients?: LocalText;
  /** A fresh process description with fresh data for this round; rounds count from 0, the comparison of answers is -1. */
  startRound(armId: string, round: number): Promise<ArmProcess>;
  readonly phases: readonly PhaseSpec[];
  readonly rows: readonly RowSpec[];
  /** Sent one after the other to a fresh process of each arm. */
  readonly digests: readonly DigestRequest[];
  /**
   * Names of JSON members whose values are opaque and may differ between the arms (cursors, sequence ids): they are
   * compared by first appearance, not by value. UUIDs, ISO times and signed tokens are recognised without being named.
   */
  readonly volatileKeys?: readonly string[];
  /** What a request costs, from the arm's counters; default: {@link DEFAULT_COSTS}. Lines without their counter are left out. */
  readonly costs?: readonly CostSpec[];
  /** What is searched when a proof is asked for capacities. */
  readonly capacity?: readonly CapacitySpec[];
  /** Stops upstreams and databases. */
  close(): Promise<void>;
}

/** What a manifest is told. */
export interface ProofContext {
  readonly tier: Tier;
  /** Those that will run; phases of others are left out, whether the manifest returns them or not. */
  readonly scenarios: readonly string[];
  readonly seed: number;
  /** Says what is being prepared, for the progress display. */
  say(line: string): void;
  readonly signal: AbortSignal;
}

/** All that the proof knows of a service. */
export interface ProofManifest {
  readonly name: string;
  /** Two or more; the last is the "after", against which each of the others is held. */
  readonly arms: readonly ArmSpec[];
  /** Names of its workloads. */
  readonly scenarios?: readonly string[];
  /** Which of them a tier runs when nobody chooses; default: all. */
  readonly defaultScenarios?: Readonly<Partial<Record<Tier, readonly string[]>>>;
  /**
   * Seconds that pass around the phases, each time, where they are not the usual ones: 1 to prepare, 1 to compare the
   * answers, 0.5 to start an arm, 0.2 until a round has come to rest, 0.3 for the report. They make the plan; nothing
   * is cut off by them.
   */
  readonly overheads?: Readonly<Partial<Record<Tier, Partial<Overheads>>>>;
  /** What `--ablate` measures. */
  readonly ablations?: readonly AblationSpec[];
  prepare(context: ProofContext): Promise<PreparedService>;
}

/** The after arm with one switch turned back on, and where its cost shows. */
export interface AblationSpec extends ArmSpec {
  /** Whose phases its rounds hold. */
  readonly scenario: string;
  /** The row and its figure that are held against the after arm's. */
  readonly row: string;
  readonly figure: keyof TimeFigures;
}

/**
 * Declares a manifest. Pure configuration; nothing starts before {@link ProofManifest.prepare}.
 * @example
 * const list = defineScenario({
 *   name: 'list',
 *   users: 1,
 *   createUser: () => ({}),
 *   steps: [{ name: 'list', weight: 1, build: () => ({ method: 'GET', path: '/items' }) }],
 * });
 * const arrivals = { kind: 'constant', ratePerSecond: 100, durationMs: 5_000 } as const;
 *
 * export const manifest = defineProof({
 *   name: 'items',
 *   arms: [
 *     { id: 'before', label: 'as it was' },
 *     { id: 'after', label: 'with the cache' },
 *   ],
 *   prepare: async () => ({
 *     facts: { data: '1,000 items' },
 *     startRound: async (arm) => ({
 *       command: ['node', 'service.js'],
 *       env: { PORT: '8080', CACHE: arm === 'after' ? 'on' : 'off' },
 *       baseUrl: 'http://127.0.0.1:8080',
 *       readyPath: '/health',
 *       close: async () => {},
 *     }),
 *     phases: [
 *       {
 *         id: 'list',
 *         rounds: 'each',
 *         streams: [{ id: 'readers', scenario: list, arrivals }],
 *       },
 *     ],
 *     rows: [{ id: 'list', phase: 'list', stream: 'readers', label: 'the list' }],
 *     digests: [{ name: 'the list', method: 'GET', path: '/items' }],
 *     close: async () => {},
 *   }),
 * });
 */
export function defineProof(manifest: ProofManifest): ProofManifest {
  return manifest;
}
