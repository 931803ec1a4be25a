import { resolve } from 'node:path';
import type { JudgedResult } from '@millrace/load';
import { renderJunitXml, renderLoadHtml, renderLoadMarkdown, type Texts } from '@millrace/load/report';
import { usage } from './errors.ts';
import type { Given } from './flags.ts';
import { prepareOutput, writeOutput } from './output-file.ts';
import type { WrittenResult } from './written-result.ts';

/** The files that a run, or the report of one, is written to; undefined: none. */
export interface RunOutputs {
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly md: string | undefined;
  readonly junit: string | undefined;
}

/** For {@link readOutputs}. */
export const OUTPUT_FLAGS = {
  json: { type: 'string' },
  html: { type: 'string' },
  md: { type: 'string' },
  junit: { type: 'string' },
} as const;

/** Of `--journal` only that no other names its file. @throws MILLRACE_CLI_USAGE when two flags name one file */
export function readOutputs({ json, html, md, junit, journal }: Given['values']): RunOutputs {
  const outputs = { json, html, md, junit } as RunOutputs;
  const seen = new Map<string, string>(typeof journal === 'string' ? [[resolve(journal), 'journal']] : []);
  for (const [flag, file] of filesOf(outputs)) {
    const other = seen.get(resolve(file));
    const reason = `--${other} and --${flag} name the same file, ${file}`;
    if (other !== undefined) throw usage(reason);
    seen.set(resolve(file), flag);
  }
  return outputs;
}

/** Tries each file, so that a wrong path is known at the start. @throws MILLRACE_CLI_OUTPUT_UNWRITABLE */
export async function prepareOutputs(outputs: RunOutputs): Promise<void> {
  for (const [, file] of filesOf(outputs)) await prepareOutput(file);
}

/**
 * Writes each file, whatever becomes of the others, and says their names.
 * @throws MILLRACE_CLI_OUTPUT_UNWRITABLE
 */
export async function writeOutputs(outputs: RunOutputs, result: WrittenResult, texts: Texts): Promise<void> {
  const { thresholds, machine, stoppedBy } = result;
  const options = { texts, thresholds, ...(stoppedBy && { stoppedBy }) };
  const render: Record<keyof RunOutputs, () => string> = {
    json: () => `${JSON.stringify(result satisfies JudgedResult)}\n`,
    html: () => renderLoadHtml(result, { ...options, ...(machine && { machine }) }),
    md: () => renderLoadMarkdown(result, options),
    junit: () => renderJunitXml(result, options),
  };
  const files = filesOf(outputs);
  const written = await Promise.allSettled(files.map(([kind, file]) => writeOutput(file, render[kind]())));
  for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason;
  if (files.length > 0) process.stdout.write(`\n${files.map(([, file]) => `${file}\n`).join('')}`);
}

function filesOf(outputs: RunOutputs): [kind: keyof RunOutputs, file: string][] {
  const kinds = ['json', 'html', 'md', 'junit'] as const;
  return kinds.flatMap((kind) => (outputs[kind] === undefined ? [] : [[kind, outputs[kind]]]));
}
