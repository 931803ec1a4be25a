import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CLI_ERRORS } from './errors.ts';

/** Makes the folder of a file that is to be written at the end, so that a wrong path is known at the start. */
export async function prepareOutput(file: string): Promise<void> {
  await orUnwritable(file, async () => void (await mkdir(dirname(file), { recursive: true })));
}

/** Writes a file whole or not at all. */
export async function writeOutput(file: string, text: string): Promise<void> {
  await orUnwritable(file, async () => {
    await writeFile(`${file}.partial`, text);
    await rename(`${file}.partial`, file);
  });
}

async function orUnwritable(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw CLI_ERRORS.create('MILLRACE_CLI_OUTPUT_UNWRITABLE', { file, reason: (error as Error).message }, error);
  }
}
