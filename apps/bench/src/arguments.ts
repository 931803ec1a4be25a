import { open, rm, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Goal } from './goals.ts';

/** What a run is asked for. */
export interface BenchArguments {
  readonly area: Goal['area'];
  readonly quick: boolean;
  /** Where the rows go as JSON. */
  readonly json: string | undefined;
}

/** A command line that cannot be run, said in one line. */
export class UsageError extends Error {}

/** Reads the command line; undefined when it asks for help. @throws UsageError */
export function readArguments(args: readonly string[], areas: readonly string[]): BenchArguments | undefined {
  const flag = { type: 'boolean', default: false } as const;
  const options = { quick: flag, help: { ...flag, short: 'h' }, json: { type: 'string' } } as const;
  const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options }));
  if (values.help) return undefined;
  const [area, more] = positionals;
  const known = `there are ${areas.join(', ')}`;
  if (area === undefined) throw new UsageError(`no area is named; ${known}`);
  if (!areas.includes(area)) throw new UsageError(`${area} is no area; ${known}`);
  if (more !== undefined) throw new UsageError(`one area at a time, not ${positionals.join(' and ')}`);
  if (values.json === '') throw new UsageError('--json names no file');
  return { area: area as Goal['area'], quick: values.quick, json: values.json };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const [what] = (error as Error).message.split('. ');
    throw new UsageError(`${what}; there are --quick, --json FILE and --help`);
  }
}

/** Knows at the start whether a file can be written at the end, and leaves nothing behind. @throws UsageError */
export async function checkWritable(file: string): Promise<void> {
  const trial = `${file}.partial`;
  try {
    if ((await stat(file).catch(() => undefined))?.isDirectory()) throw new Error('it is a folder');
    await (await open(trial, 'w')).close();
    await rm(trial);
  } catch (error) {
    throw new UsageError(`--json ${file} cannot be written: ${(error as Error).message}`);
  }
}
