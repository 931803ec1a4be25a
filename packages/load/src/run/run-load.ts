import { type Clock, createRandom, systemClock } from 'millrace/core';
import { checkNumber, checkWhole, LOAD_ERRORS } from '../errors.ts';
import type { LoadResult } from '../result/index.ts';
import { defineScenario, type Scenario } from '../scenario/index.ts';
import type { Arrivals } from '../schedule/index.ts';
import { type Schedule, toSchedule } from '../schedule/index.ts';
import { Dispatcher } from './dispatcher.ts';
import { type ArrivalSource, type LoadProgress, LoadRun, type RunSettings } from './load-run.ts';
import { setupOf } from './load-setup.ts';
import { Pacer } from './pacer.ts';
import { Plan } from './plan.ts';
import { RunMemory } from './run-memory.ts';
import { WHOLE } from './share.ts';
import { withRemarks } from './system-limits.ts';
import { openTarget, type Target } from './target.ts';
import {
  checkEngine,
  DEFAULT_LINKS,
  DEFAULT_TIMEOUT_MS,
  DEFAULT_TRACING,
  type EngineOptions,
  limitRemarksOf,
  toTransportOpener,
} from './transport.ts';
import { isScripted, type ScriptedScenario, type WorkloadContext } from './workload.ts';

/** What every kind of run is told. */
export interface CommonOptions<User> extends EngineOptions {
  /** `http://host:port` or `https://host:port`; loopback or private addresses only, unless `owned`. */
  readonly target: string;
  /** Of steps or of flows. */
  readonly scenario: Scenario<User> | ScriptedScenario;
  /** Same seed: same schedule, users and requests. A whole number from 0 to 4,294,967,295. */
  readonly seed: number;
  /** How long to wait for answers after the last arrival; 0 to 3,600,000, default: `timeoutMs`. */
  readonly drainMs?: number;
  /** Aborting stops sending, drains what is in flight for at most one second, and returns the partial result; what is cut off counts as `interrupted`. */
  readonly signal?: AbortSignal;
  /** Told about four times a second what the run is doing. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Time; default: the machine's own. */
  readonly clock?: Clock;
}

/** Options of {@link runLoad}. */
export interface LoadOptions<User> extends CommonOptions<User> {
  readonly arrivals: Arrivals;
  /** Most arrivals that may wait for a connection, 0 to 1,000,000; default: ten seconds of the highest rate. Past it the oldest counts as unsent. */
  readonly maxQueue?: number;
  /** `precise` spins before a send, `eco` (default) sleeps in whole milliseconds. */
  readonly pacing?: 'precise' | 'eco';
}

const DEFAULT_QUEUE_SECONDS = 10;
const MAX_QUEUE = 1_000_000;

/**
 * Drives one open-model run and returns its figures: each arrival has a time of its own in the schedule, and its
 * response time counts from there, whatever the service or the generator did meanwhile.
 *
 * Rejects only for bad options or an unreachable target; whatever happens to a request is in the result.
 * @throws MILLRACE_LOAD_OPTION_INVALID
 * @throws MILLRACE_LOAD_TARGET_REFUSED when the target is neither loopback nor private, and not `owned`
 * @throws MILLRACE_LOAD_TARGET_UNREACHABLE
 * @throws MILLRACE_LOAD_TLS_FAILED
 * @example
 * const scenario = defineScenario({
 *   name: 'health', users: 1, createUser: () => ({}),
 *   steps: [{ name: 'live', weight: 1, build: () => ({ method: 'GET', path: '/health/live' }) }],
 * });
 * const arrivals = { kind: 'constant', ratePerSecond: 100, durationMs: 5_000 } as const;
 * const result = await runLoad({ target: 'http://127.0.0.1:3000', scenario, arrivals, seed: 1 });
 * console.log(result.total.ok, percentileOf(responseTimesOf(result.total), 95));
 */
export async function runLoad<User>(options: LoadOptions<User>): Promise<LoadResult> {
  checkCommon(options);
  const schedule = toSchedule(options.arrivals, options.seed);
  const { kind, poisson, durationMs, targetPerSecond } = schedule;
  const { maxQueue = defaultMaxQueue(schedule), pacing = 'eco' } = options;
  checkWhole('maxQueue', maxQueue, 0, MAX_QUEUE);
  checkPacing(pacing);
  const target = await openTarget(options.target, options);
  const remarks = limitRemarksOf(options, target);
  const settings = await toSettings(options, target, maxQueue, {
    setup: setupOf({ options, model: options.arrivals, users: options.scenario.users, pacing, workers: 1 }),
    arrivals: { kind, poisson, durationMs, targetPerSecond },
  });
  const run = new LoadRun(settings, (startAt) => openSource(schedule, startAt, settings.clock, pacing));
  return withRemarks(await run.run(), remarks);
}

/** By the highest rate: what waits through a short peak is late, but not lost. */
export function defaultMaxQueue({ peakPerSecond }: Schedule): number {
  return Math.min(MAX_QUEUE, Math.ceil(peakPerSecond * DEFAULT_QUEUE_SECONDS));
}

/** Refuses bad options that all kinds of run share. */
export function checkCommon<User>(options: CommonOptions<User>): void {
  if (!isScripted(options.scenario)) defineScenario(options.scenario);
  checkWhole('seed', options.seed, 0, 0xffff_ffff);
  checkEngine(options);
  checkNumber('drainMs', options.drainMs ?? 0, 0, 3_600_000);
}

/** @throws MILLRACE_LOAD_OPTION_INVALID */
export function checkPacing(pacing: string): void {
  if (pacing === 'precise' || pacing === 'eco') return;
  const context = { option: 'pacing', value: pacing, allowed: 'precise or eco' };
  throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', context);
}

/** What one of several generators of a run is told besides. */
export interface PartSettings
  extends Required<Pick<RunSettings, 'memory' | 'share' | 'startAt' | 'interruptedDrainMs'>> {
  /** What the scenario's `setup` gave, which ran once for all of them. */
  readonly shared?: unknown;
  readonly onWords?: RunSettings['onWords'];
}

/** Fills in the defaults, and gets the scenario ready: many users, or many rows, take their time. */
export async function toSettings<User>(
  options: CommonOptions<User>,
  target: Target,
  maxQueue: number,
  kind: Pick<RunSettings, 'setup' | 'arrivals'> & Partial<PartSettings>,
): Promise<RunSettings> {
  const { scenario, seed, timeoutMs = DEFAULT_TIMEOUT_MS, clock = systemClock, signal } = options;
  const { maxLinks = DEFAULT_LINKS } = options;
  const { memory = new RunMemory(kind.arrivals.durationMs), share = WHOLE, shared, ...rest } = kind;
  const context: WorkloadContext = {
    ...{ target, seed, clock, maxQueue, maxLinks, share, signal, tracing: options.trace ?? DEFAULT_TRACING },
    openTransport: await toTransportOpener(target, options, clock),
  };
  const openScripted = async (scripted: ScriptedScenario): Promise<RunSettings['openWorkload']> =>
    scripted.open(context, kind.share === undefined ? await scripted.setUp(context) : shared);
  return {
    ...{ ...rest, target, scenario: scenario.name, seed, timeoutMs, clock, signal, memory, share },
    drainMs: options.drainMs ?? timeoutMs,
    onProgress: options.onProgress,
    openWorkload: isScripted(scenario) ? await openScripted(scenario) : openSteps(scenario, context, memory),
  };
}

/** The workload of a scenario of steps. */
function openSteps<User>(
  scenario: Scenario<User>,
  { target, seed, maxQueue, share, tracing, openTransport }: WorkloadContext,
  memory: RunMemory,
): RunSettings['openWorkload'] {
  const plan = new Plan(scenario, createRandom(seed), memory, share);
  return (ground) => new Dispatcher({ ...ground, plan, host: target.host, maxQueue, tracing }, openTransport);
}

/** Arrivals paced by a schedule. */
export function openSource(
  schedule: Schedule,
  startAt: number,
  clock: Clock,
  pacing: 'precise' | 'eco',
): ArrivalSource {
  let pacer: Pacer | undefined;
  return {
    start(onDue, onDone) {
      pacer = new Pacer({ schedule, startAt, clock, pacing, onDue, onDone });
      pacer.start();
    },
    settled() {},
    handOut: (now) => pacer?.handOut(now),
    stop: () => pacer?.stop(),
  };
}
