import { open } from 'node:fs/promises';
import { judgeThresholds, parseThreshold, readJournal, type Threshold } from '@millrace/load';
import { renderLoadTable, type Texts } from '@millrace/load/report';
import { MillraceError } from 'millrace/core';
import { CLI_ERRORS, usage } from './errors.ts';
import { EXIT, exitCodeOfLoad } from './exit-code.ts';
import { readFlags } from './flags.ts';
import { readTexts } from './language.ts';
import { readResultFile } from './result-file.ts';
import { OUTPUT_FLAGS, prepareOutputs, type RunOutputs, readOutputs, writeOutputs } from './run-outputs.ts';
import type { WrittenResult } from './written-result.ts';

/** What `millrace load report` was asked to do. */
export interface ReportRequest {
  readonly file: string;
  /** Judged in place of the run's own; empty: those of the file. */
  readonly thresholds: readonly Threshold[];
  readonly outputs: RunOutputs;
  readonly texts: Texts;
}

const HEAD_BYTES = 256;

/** Reads the arguments after `load report`. @throws MILLRACE_CLI_* */
export function readReportRequest(args: readonly string[], env: NodeJS.ProcessEnv): ReportRequest {
  const { values, positionals } = readFlags(args, {
    ...OUTPUT_FLAGS,
    threshold: { type: 'string', multiple: true },
    lang: { type: 'string' },
    debug: { type: 'boolean', default: false },
  });
  const [file, second] = positionals;
  if (file === undefined) throw usage('load report needs the result of a run');
  if (second !== undefined) throw usage(`load report takes one result, ${second} is a second`);
  return {
    file,
    thresholds: ((values.threshold ?? []) as readonly string[]).map(parseThreshold),
    outputs: readOutputs(values),
    texts: readTexts(values.lang as string | undefined, env),
  };
}

/** Shows a run that was written before, and writes it in other forms; with thresholds of its own it ends as a run would. */
export async function runReport({ file, thresholds, outputs, texts }: ReportRequest): Promise<number> {
  await prepareOutputs(outputs);
  const written = await readRun(file);
  const outcomes = thresholds.length === 0 ? (written.thresholds ?? []) : judgeThresholds(thresholds, written);
  const result: WrittenResult = { ...written, thresholds: outcomes };
  try {
    process.stdout.write(
      renderLoadTable(result, {
        texts,
        thresholds: outcomes,
        ...(result.stoppedBy && { stoppedBy: result.stoppedBy }),
      }),
    );
    await writeOutputs(outputs, result, texts);
  } catch (error) {
    if (!(error instanceof TypeError) || error instanceof MillraceError) throw error;
    throw unreadable(file, `its content is not what its schema says: ${error.message}`, error);
  }
  return thresholds.length === 0 ? EXIT.ok : exitCodeOfLoad(result, outcomes);
}

async function readRun(file: string): Promise<WrittenResult> {
  if (await isJournal(file)) return { ...(await readJournal(file)), thresholds: [] };
  const found = await readResultFile(file);
  if (found.kind === 'load') return found.result as WrittenResult;
  throw unreadable(file, 'it is a proof, which has its report already');
}

/** By its first line. What cannot be read at all is told by who reads it as a result. */
async function isJournal(file: string): Promise<boolean> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return /^\{[^\n]*"schema":"millrace-load-journal\//.test(buffer.toString('latin1', 0, bytesRead));
  } catch {
    return false;
  }
}

function unreadable(file: string, reason: string, cause?: unknown): Error {
  return CLI_ERRORS.create('MILLRACE_CLI_RESULT_UNREADABLE', { file, reason }, cause);
}
