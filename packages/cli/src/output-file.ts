import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CLI_ERRORS } from './errors.ts';

/**
 * Makes the folder of a file that is to be written at the end, and tries to write there, so that a wrong path is known
 * at the start.
 * @throws MILLRACE_CLI_OUTPUT_UNWRITABLE
 */
export async function prepareOutput(file: string): Promise<void> {
  await orUnwritable(file, async () => {
    await makeFolder(dirname(resolve(file)));
    const existing = await stat(file).catch(() => undefined);
    if (existing?.isDirectory()) throw new Error('it is a folder');
    await (await open(partialOf(file), 'w')).close();
    await rm(partialOf(file));
  });
}

/** Writes a file whole or not at all. @throws MILLRACE_CLI_OUTPUT_UNWRITABLE */
export async function writeOutput(file: string, text: string): Promise<void> {
  await orUnwritable(file, async () => {
    try {
      await writeFile(partialOf(file), text);
      await rename(partialOf(file), file);
    } catch (error) {
      await rm(partialOf(file), { force: true });
      throw error;
    }
  });
}

/** Its own for each process: two runs in one folder must not take each other's file away. */
function partialOf(file: string): string {
  return `${file}.${process.pid}.partial`;
}

/** Not `mkdir` with `recursive`: where a file system refuses folders with ENOENT, as /proc does, that never comes back. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder).catch((again: NodeJS.ErrnoException) => {
      if (again.code !== 'EEXIST') throw again;
    });
  }
}

async function orUnwritable(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw CLI_ERRORS.create('MILLRACE_CLI_OUTPUT_UNWRITABLE', { file, reason: (error as Error).message }, error);
  }
}
