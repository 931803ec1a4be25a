import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { settlingOf } from '../compare/index.ts';
import {
  type FlowResult,
  type GeneratorResult,
  type LoadResult,
  type LoadSetup,
  mergeStepResults,
  remarksOf,
  type ServiceRemark,
  type StepResult,
  toFlowResult,
} from '../result/index.ts';
import { tellableReason } from '../secrets/index.ts';
import { type Health, readHealth } from './generator-health.ts';
import { Recorder } from './recorder.ts';
import type { RowKind, RunMemory } from './run-memory.ts';
import { RunWindows } from './run-windows.ts';
import { shownNames } from './shown-names.ts';
import { judge, type ValidityFacts } from './validity.ts';
import type { WorkloadRows } from './workload.ts';
import { readWorkload } from './workload-memory.ts';

/** What a result says of a run before it starts. */
export interface RunHead {
  /** The scenario's name. */
  readonly scenario: string;
  /** Origin of the target. */
  readonly target: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly setup: LoadSetup;
  readonly arrivals: Omit<LoadResult['arrivals'], 'planned'>;
}

/** Code of a scenario that takes longer a call delays all that is due meanwhile. */
const SLOW_CODE_MS = 1;
const LEAST_CALLS = 5;

/** How a run ended, or stands. */
export interface RunEnd {
  readonly interrupted: boolean;
  readonly drainMs: number;
  /** Why each thread that ended before its time did. */
  readonly workersLost: readonly string[];
}

/** The result of a run that one thread or several drove. Exact: what several recorded is as if one had. */
export function toLoadResult(
  head: RunHead,
  memories: readonly RunMemory[],
  rows: WorkloadRows,
  end: RunEnd,
): LoadResult {
  const result = toLiveResult(head, memories, rows, end, new RunWindows());
  return { ...result, ...settlingOf(result) };
}

/** As {@link toLoadResult} while the run goes on, without what only its end tells: how long it took to settle. */
export function toLiveResult(
  head: RunHead,
  memories: readonly RunMemory[],
  rows: WorkloadRows,
  end: RunEnd,
  windows: RunWindows,
): LoadResult {
  const { scenario, target, seed, startedAt, setup, arrivals } = head;
  const { kind, poisson, durationMs, targetPerSecond } = arrivals;
  const recorders = memories.map((memory) => new Recorder(memory.startAt, durationMs, memory));
  const planned = sum(recorders, (recorder) => recorder.planned);
  const started = sum(recorders, (recorder) => recorder.startedInWindow);
  const scheduleLagsUs = recorders.map(({ scheduleLag }) => scheduleLag.snapshot());
  const health = worstOf(memories.map(({ totals }) => readHealth(totals.health)));
  const facts: ValidityFacts = {
    ...{ ...health, pacing: setup.pacing, planned, scheduleLagsUs },
    workersLost: end.workersLost.map(tellableReason),
    takenInWindow: sum(recorders, (recorder) => recorder.takenInWindow),
    clientReasons: mergeReasons(recorders),
    responseTimeUs: rows.total.responseTimeUs,
  };
  return {
    schema: 'millrace-load-result/2',
    ...{ scenario, target, seed, startedAt },
    arrivals: { kind, poisson, planned, durationMs: sendingMs(head, end, recorders), targetPerSecond },
    setup,
    achievedRatio: planned === 0 ? 0 : started / planned,
    interrupted: end.interrupted,
    ...rows,
    ...windows.read(memories),
    generator: {
      ...generatorOf(memories, recorders, health, merged(scheduleLagsUs)),
      windows: windows.readGenerator(memories),
    },
    drainMs: end.drainMs,
    validity: judge(facts),
    remarks: [...remarksOf(rows.total), ...slowCode(memories), ...unread(memories)],
  };
}

/** A closed run may end before its time, with the last of its requests. */
function sendingMs({ arrivals }: RunHead, end: RunEnd, recorders: readonly Recorder[]): number {
  const { kind, durationMs } = arrivals;
  if (kind !== 'closed' || end.interrupted) return durationMs;
  return Math.min(durationMs, Math.max(1, ...recorders.map(({ lastMs }) => lastMs)));
}

/** Steps whose own code holds up the generator: by the mean of the calls that were timed, if these are enough to tell. */
function slowCode(memories: readonly RunMemory[]): ServiceRemark[] {
  const rows = memories.flatMap((memory) => memory.rows.map(({ kind, name }) => ({ kind, name, memory })));
  return [...Map.groupBy(rows, ({ name }) => name)].flatMap(([step, same]): ServiceRemark[] => {
    const times = same.map(({ kind, name, memory }) => memory.openRow(kind, name).codeTimes);
    const calls = sum(times, (time) => time.calls);
    const ms = sum(times, (time) => time.ms) / Math.max(1, calls);
    if (calls < LEAST_CALLS || ms <= SLOW_CODE_MS) return [];
    return [{ code: 'slow-code', values: { step, ms, boundMs: SLOW_CODE_MS } }];
  });
}

/** What flows did not take, and nobody can tell any more. */
function unread(memories: readonly RunMemory[]): ServiceRemark[] {
  const count = sum(memories, ({ totals }) => readWorkload(totals).dropped);
  return count === 0 ? [] : [{ code: 'unread', values: { count } }];
}

/** The figures by row, from what several threads counted: arrivals' own requests add up to the total. */
export function rowsOf(memories: readonly RunMemory[]): WorkloadRows {
  const rows = sameRows(memories);
  const own = rows.filter(({ kind }) => kind === 'step');
  const apart = rows.filter(({ kind }) => kind === 'prerequisite');
  const flows = rows.filter(({ kind }) => kind === 'flow');
  const groups = rows.filter(({ kind }) => kind === 'group');
  return {
    total: mergeStepResults(own.flatMap(({ results }) => results)),
    steps: Object.fromEntries([...own, ...apart].map(({ name, results }) => [name, mergeStepResults(results)])),
    ...(flows.length > 0 && { flows: flowsOf(flows), groups: flowsOf(groups) }),
  };
}

/** Without the reasons for failing: those are words, and lie in no memory. */
function flowsOf(rows: readonly SameRows[]): Record<string, FlowResult> {
  return Object.fromEntries(rows.map(({ name, results }) => [name, toFlowResult(mergeStepResults(results))]));
}

/** What several threads counted of one row. */
interface SameRows {
  readonly kind: RowKind;
  /** Under which the result has it. */
  readonly name: string;
  readonly results: readonly StepResult[];
}

function sameRows(memories: readonly RunMemory[]): SameRows[] {
  const nameOf = shownNames(memories);
  const rows = memories.flatMap((memory) => memory.rows.map((row) => ({ row, shown: nameOf(row), memory })));
  const byName = Map.groupBy(rows, ({ row, shown }) => JSON.stringify([row.kind, shown]));
  return [...byName.values()].map((same) => {
    const [{ row, shown }] = same as [(typeof same)[number]];
    const results = same.map(({ row: { kind, name }, memory }) => memory.openRow(kind, name).result());
    return { kind: row.kind, name: shown, results };
  });
}

function generatorOf(
  memories: readonly RunMemory[],
  recorders: readonly Recorder[],
  health: Health,
  scheduleLagUs: HistogramSnapshot,
): GeneratorResult {
  const totals = memories.map((memory) => memory.totals);
  const figures = totals.map((each) => readWorkload(each));
  return {
    sendLagUs: merged(recorders.map(({ sendLag }) => sendLag.snapshot())),
    scheduleLagUs,
    cpuMs: sum(totals, (each) => readHealth(each.health).cpuMs),
    elapsedMs: health.elapsedMs,
    loopDelayP99Us: health.loopDelayP99Us,
    connectionsOpened: sum(figures, ({ opened }) => opened),
    connectTimeUs: merged(totals.map(({ connect }) => new Histogram(connect).snapshot())),
    tlsTimeUs: merged(totals.map(({ tls }) => new Histogram(tls).snapshot())),
    desyncs: sum(figures, ({ desyncs }) => desyncs),
    queuedMax: sum(figures, ({ queuedMax }) => queuedMax),
  };
}

/** Of each figure the worst: the threads suffer apart, and the slowest of them spoils its part of the run. */
function worstOf(healths: readonly Health[]): Health {
  const worst = (read: (health: Health) => number): number => Math.max(0, ...healths.map(read));
  return {
    cpuMs: worst(({ cpuMs }) => cpuMs),
    elapsedMs: worst(({ elapsedMs }) => elapsedMs),
    sendingCpuShare: worst(({ sendingCpuShare }) => sendingCpuShare),
    sendingGcShare: worst(({ sendingGcShare }) => sendingGcShare),
    sendingWaitShare: worst(({ sendingWaitShare }) => sendingWaitShare),
    loopDelayP99Us: worst(({ loopDelayP99Us }) => loopDelayP99Us),
    loopDelayMaxUs: worst(({ loopDelayMaxUs }) => loopDelayMaxUs),
    clockJumpMs: worst(({ clockJumpMs }) => clockJumpMs),
  };
}

function mergeReasons(recorders: readonly Recorder[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { clientReasons } of recorders) {
    for (const [reason, count] of clientReasons) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return counts;
}

function merged(snapshots: readonly HistogramSnapshot[]): HistogramSnapshot {
  const all = new Histogram();
  for (const snapshot of snapshots) all.add(snapshot);
  return all.snapshot();
}

function sum<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}
