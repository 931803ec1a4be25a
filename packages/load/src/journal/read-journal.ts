import { readFile } from 'node:fs/promises';
import { Histogram } from 'millrace/core';
import { settlingOf } from '../compare/index.ts';
import { type LoadResult, type SecondResult, type StepResult, toFlowResult } from '../result/index.ts';
import { applyChange, type Change } from './change.ts';
import { JOURNAL_ERRORS } from './errors.ts';
import { JOURNAL_SCHEMA } from './load-journal.ts';

/** Row of what was under way when the journal ends. */
const UNDER_WAY_ROW = '(under way)';

/**
 * The result that a journal holds: the whole one of a run that came to its end; of one that was killed what it had
 * found by its last whole line. That is marked as interrupted and has a remark; what was under way then counts as
 * interrupted, with what it had waited.
 * @throws MILLRACE_JOURNAL_UNREADABLE when the file is missing, is no journal, or holds no result yet
 * @example
 * const result = await readJournal('run.journal');
 * console.log(result.interrupted, result.total.ok);
 */
export async function readJournal(file: string): Promise<LoadResult> {
  const lines = (await read(file)).split('\n');
  // What follows the last line end is empty, or a line that was cut.
  lines.pop();
  const [header, ...rest] = wholeLines(lines);
  if (header?.schema !== JOURNAL_SCHEMA) {
    const found = header?.schema === undefined ? 'no schema' : JSON.stringify(header.schema);
    throw unreadable(file, `its first line names ${found}, and what can be read is ${JOURNAL_SCHEMA}`);
  }
  let state: unknown;
  for (const { change } of rest) if (change !== undefined) state = applyChange(state, change);
  if (state === undefined) throw unreadable(file, 'it holds no result yet');
  const result = state as LoadResult;
  return rest.at(-1)?.end === true ? result : unfinished(result);
}

interface Line {
  readonly schema?: string;
  readonly change?: Change;
  readonly end?: boolean;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Up to the first that was cut, or glued to one that was: each change builds on the lines before it. */
function wholeLines(lines: readonly string[]): Line[] {
  const whole: Line[] = [];
  for (const line of lines) {
    try {
      whole.push(JSON.parse(line) as Line);
    } catch {
      break;
    }
  }
  return whole;
}

function unreadable(file: string, reason: string, cause?: unknown): Error {
  return JOURNAL_ERRORS.create('MILLRACE_JOURNAL_UNREADABLE', { file, reason }, cause);
}

/**
 * With an end for what was under way. The figures were read while other threads counted, so sums that were read at
 * different instants may differ by what happened meanwhile: the largest of them is how many arrivals there were.
 */
function unfinished(result: LoadResult): LoadResult {
  const endMs = result.generator.elapsedMs;
  const known = result.flows === undefined ? settledOf(result.total) : flowsSettled(result.flows);
  const inWindows = sum(result.seconds, ({ planned }) => planned);
  const planned = Math.max(result.arrivals.planned, known, inWindows);
  const late = result.seconds.length - 1;
  const windows = result.seconds.map((window, i) => {
    return i === late ? { ...window, planned: window.planned + planned - inWindows } : window;
  });
  const waited = waitsIn(windows, planned - known, (result.windowSeconds ?? 1) * 1_000, endMs);
  const values = { seconds: Math.round(endMs / 1_000), count: waited.count };
  return {
    ...result,
    ...withUnderWay(result, waited),
    ...settlingOf({ ...result, seconds: windows }),
    arrivals: { ...result.arrivals, planned },
    interrupted: true,
    seconds: windows.map((window) => ({ ...window, interrupted: window.interrupted + openOf(window) })),
    remarks: [...result.remarks, { code: 'unfinished', values }],
  };
}

/** What `count` arrivals had waited at the least: by the ends of the windows that are open, the last first. */
function waitsIn(windows: readonly SecondResult[], count: number, widthMs: number, endMs: number): Histogram {
  const waited = new Histogram();
  for (const window of windows.toReversed()) {
    const waitMs = Math.max(0, endMs - window.second * 1_000 - widthMs);
    waited.recordMany(waitMs * 1_000, Math.min(openOf(window), Math.max(0, count - waited.count)));
  }
  waited.recordMany(0, Math.max(0, count - waited.count));
  return waited;
}

function withUnderWay(result: LoadResult, waited: Histogram): Pick<LoadResult, 'total' | 'steps' | 'flows'> {
  const { total, steps, flows } = result;
  if (waited.count === 0) return { total, steps, ...(flows && { flows }) };
  const row = cutOffStep(waited);
  if (flows !== undefined) return { total, steps, flows: { ...flows, [UNDER_WAY_ROW]: toFlowResult(row) } };
  return { total: withCutOff(total, waited), steps: { ...steps, [UNDER_WAY_ROW]: row } };
}

function openOf({ planned, ok, errors, interrupted }: SecondResult): number {
  return Math.max(0, planned - ok - errors - interrupted);
}

function settledOf({ ok, errors, interrupted }: StepResult): number {
  return ok + interrupted + sum(Object.values(errors), (count) => count);
}

function flowsSettled(flows: NonNullable<LoadResult['flows']>): number {
  return sum(Object.values(flows), ({ planned }) => planned);
}

function sum<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}

function withCutOff(step: StepResult, waited: Histogram): StepResult {
  const response = new Histogram();
  if (step.cutOff !== undefined) response.add(step.cutOff.responseTimeUs);
  response.add(waited);
  const serviceTimeUs = step.cutOff?.serviceTimeUs ?? new Histogram().snapshot();
  const cutOff = { responseTimeUs: response.snapshot(), serviceTimeUs };
  return { ...step, interrupted: step.interrupted + waited.count, cutOff };
}

function cutOffStep(waited: Histogram): StepResult {
  const none = new Histogram().snapshot();
  return {
    ...{ sent: 0, ok: 0, errors: {}, interrupted: waited.count, resent: 0, statuses: {}, censored: 0 },
    ...{ censoredFromUs: 0, bodyBytes: 0, cutOff: { responseTimeUs: waited.snapshot(), serviceTimeUs: none } },
    ...{ responseTimeUs: none, serviceTimeUs: none, firstByteTimeUs: none },
    ...{ refusedResponseTimeUs: none, refusedServiceTimeUs: none },
  };
}
