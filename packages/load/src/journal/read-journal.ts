import { readFile } from 'node:fs/promises';
import { Histogram } from 'millrace/core';
import type { LoadResult, SecondResult, StepResult } from '../result/index.ts';
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
  const [header, ...rest] = lines.map((line, index) => parse(file, line, index));
  if (header?.schema !== JOURNAL_SCHEMA) throw unreadable(file, `its first line does not name ${JOURNAL_SCHEMA}`);
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

function parse(file: string, line: string, index: number): Line {
  try {
    return JSON.parse(line) as Line;
  } catch (cause) {
    throw unreadable(file, `line ${index + 1} is not JSON`, cause);
  }
}

function unreadable(file: string, reason: string, cause?: unknown): Error {
  return JOURNAL_ERRORS.create('MILLRACE_JOURNAL_UNREADABLE', { file, reason }, cause);
}

/** With an end for what was under way. */
function unfinished(result: LoadResult): LoadResult {
  const { generator, windowSeconds = 1 } = result;
  const endMs = generator.elapsedMs;
  const waited = new Histogram();
  const seconds = result.seconds.map((window): SecondResult => {
    const open = Math.max(0, window.planned - window.ok - window.errors - window.interrupted);
    const sinceMs = Math.max(0, endMs - (window.second + windowSeconds) * 1_000);
    for (let i = 0; i < open; i++) waited.record(sinceMs * 1_000);
    return { ...window, interrupted: window.interrupted + open };
  });
  const { count } = waited;
  const remark = { code: 'unfinished', values: { seconds: Math.round(endMs / 1_000), count } } as const;
  const marked = { ...result, interrupted: true, seconds, remarks: [...result.remarks, remark] };
  if (count === 0) return marked;
  const underWay = cutOffStep(waited);
  return {
    ...marked,
    total: withCutOff(result.total, waited),
    steps: { ...result.steps, [UNDER_WAY_ROW]: underWay },
  };
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
