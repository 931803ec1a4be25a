import { isIPv6 } from 'node:net';
import { availableParallelism } from 'node:os';
import { checkWhole } from '../errors.ts';
import { createJournal } from '../journal/index.ts';
import type { LoadResult } from '../result/index.ts';
import {
  arrivalsOf,
  checkClosed,
  checkCommon,
  checkPacing,
  defaultMaxQueue,
  type EngineOptions,
  type LoadModel,
  type LoadOrder,
  type LoadProgress,
  limitRemarksOf,
  openTarget,
  type RunHead,
  setUpScenario,
  setupOf,
  type Target,
  withRemarks,
} from '../run/index.ts';
import { toSchedule } from '../schedule/index.ts';
import { LoadCrew } from './load-crew.ts';
import { type LoadableScenario, loadScenario, type ScenarioSource } from './scenario-source.ts';

/** Options of {@link runLoadInWorkers}. */
export interface WorkerLoadOptions extends EngineOptions {
  /** `http://host:port` or `https://host:port`; loopback or private addresses only, unless `owned`. */
  readonly target: string;
  /** What each worker loads for itself. */
  readonly source: ScenarioSource;
  /** A schedule, or `closed`: `maxConnections` loops that each send the next request when the last one is answered. */
  readonly model: LoadModel;
  /** Same seed and same number of workers: same schedule, users and requests. A whole number from 0 to 4,294,967,295. */
  readonly seed: number;
  /**
   * Worker threads, 1 to 256; default: one a core, but for a loopback target one core less, at least one. Never more
   * than there are users, connections, or requests of a closed run. The result says how many there were.
   */
  readonly workers?: number;
  /** Heap of each worker in megabytes, 16 to 65,536; default: what Node gives. */
  readonly workerHeapMb?: number;
  /** How long to wait for answers after the last arrival; 0 to 3,600,000, default: `timeoutMs`. */
  readonly drainMs?: number;
  /** Most arrivals that may wait for a connection, 0 to 1,000,000; default: ten seconds of the highest rate. */
  readonly maxQueue?: number;
  /** `precise` spins before a send, `eco` (default) sleeps in whole milliseconds. */
  readonly pacing?: 'precise' | 'eco';
  /** Aborting stops sending and gives the whole result until then within a second; what is cut off counts as `interrupted`. */
  readonly signal?: AbortSignal;
  /** Told about four times a second what the run is doing; `live` gives its result until then. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** File that is kept up to date each second, so that the run can be reported if this process is killed; it is overwritten. */
  readonly journal?: string;
}

const MAX_WORKERS = 256;
const MAX_QUEUE = 1_000_000;

/**
 * Drives one run over several threads, a worker each, and returns its figures as if one had driven it: each worker takes
 * its stripe of one schedule from one start on, and counts into memory that this thread reads.
 *
 * A worker that ends before its time (it crashed, or ran out of memory) takes its stripe with it: the others go on, what
 * was left of it counts as `unsent`, and the run is invalid.
 * @throws MILLRACE_LOAD_OPTION_INVALID
 * @throws MILLRACE_LOAD_TARGET_REFUSED when the target is neither loopback nor private, and not `owned`
 * @throws MILLRACE_LOAD_TARGET_UNREACHABLE
 * @throws MILLRACE_LOAD_TLS_FAILED
 * @throws MILLRACE_FLOW_SCENARIO_UNREADABLE, MILLRACE_FLOW_SCENARIO_INVALID, MILLRACE_FLOW_SETUP_FAILED
 * @throws MILLRACE_WORKER_NOT_READY when a worker ends before the run starts
 * @example
 * const result = await runLoadInWorkers({
 *   target: 'http://127.0.0.1:3000',
 *   source: { kind: 'requests', name: 'health', requests: [{ name: 'live', request: { method: 'GET', path: '/health/live' } }] },
 *   model: { kind: 'constant', ratePerSecond: 100, durationMs: 5_000 },
 *   seed: 1,
 * });
 * console.log(result.total.ok, result.generator.workers);
 */
export async function runLoadInWorkers(options: WorkerLoadOptions): Promise<LoadResult> {
  const { signal = new AbortController().signal, source, seed, pacing = 'eco' } = options;
  checkWhole('workers', options.workers ?? 1, 1, MAX_WORKERS);
  checkWhole('workerHeapMb', options.workerHeapMb ?? 16, 16, 65_536);
  checkModel(options);
  checkPacing(pacing);
  const scenario = await loadScenario(source, MAX_WORKERS);
  checkCommon({ ...options, scenario });
  const target = await openTarget(options.target, options);
  const order = toOrder(options, target);
  const remarks = limitRemarksOf(options, target);
  const workers = workersOf(options, target, scenario, order);
  const users = source.kind === 'requests' ? undefined : scenario.users;
  const shared = await setUp(order, scenario, signal);
  const head: RunHead = {
    ...{ scenario: scenario.name, target: target.origin, seed, startedAt: new Date().toISOString() },
    ...{ setup: setupOf({ options: order, model: order.model, users, pacing, workers }) },
    arrivals: arrivalsOf(order.model, seed),
  };
  await using journal = options.journal === undefined ? undefined : createJournal(options.journal);
  const crew = new LoadCrew({ order, source, shared, head, workers, signal, journal, options });
  return withRemarks(await crew.run(), remarks);
}

/** An interruption may come before the setup, or end it: the run is then over before it starts. */
async function setUp(order: LoadOrder, scenario: LoadableScenario, signal: AbortSignal): Promise<unknown> {
  if (signal.aborted) return undefined;
  try {
    return await setUpScenario(order, scenario, signal);
  } catch (cause) {
    if (signal.aborted) return undefined;
    throw cause;
  }
}

function checkModel({ model, seed, maxQueue = 0 }: WorkerLoadOptions): void {
  checkWhole('maxQueue', maxQueue, 0, MAX_QUEUE);
  if (model.kind === 'closed') checkClosed(model);
  else toSchedule(model, seed);
}

/** What every worker is told: the options that are its business, filled in. */
function toOrder(options: WorkerLoadOptions, target: Target): LoadOrder {
  const { source, workers, workerHeapMb, signal, onProgress, journal, ...rest } = options;
  const { model, maxConnections = 64, timeoutMs = 10_000 } = rest;
  const queue = model.kind === 'closed' ? maxConnections : defaultMaxQueue(toSchedule(model, rest.seed));
  const { drainMs = timeoutMs, maxQueue = queue, pacing = 'eco' } = rest;
  return { ...rest, target, maxConnections, timeoutMs, drainMs, maxQueue, pacing };
}

function workersOf(
  { workers, source }: WorkerLoadOptions,
  { addresses }: Target,
  { users }: LoadableScenario,
  { maxConnections, model }: LoadOrder,
): number {
  const cores = availableParallelism();
  const isHere = addresses.some((address) => (isIPv6(address) ? address === '::1' : address.startsWith('127.')));
  const wanted = workers ?? Math.max(1, isHere ? cores - 1 : cores);
  const { requests = MAX_WORKERS } = model.kind === 'closed' ? model : {};
  return Math.min(wanted, maxConnections, requests, source.kind === 'requests' ? MAX_WORKERS : users);
}
