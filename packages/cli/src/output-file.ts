import { access, constants, mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CLI_ERRORS, usage } from './errors.ts';

/**
 * Makes the folder of a file that is to be written at the end, and tries to write there, so that a wrong path is known
 * at the start.
 * @throws MILLRACE_CLI_OUTPUT_UNWRITABLE; MILLRACE_CLI_USAGE for a name that is empty
 */
export async function prepareOutput(file: string): Promise<void> {
  if (file === '') throw usage('the name of a file to be written is empty');
  await orUnwritable(file, async () => {
    await makeFolder(dirname(resolve(file)));
    const place = await placeOf(file);
    if (place.inPlace) return await access(place.path, constants.W_OK);
    await (await open(partialOf(place.path), 'w')).close();
    await rm(partialOf(place.path));
  });
}

/** Writes a file whole or not at all; devices and pipes in place. @throws MILLRACE_CLI_OUTPUT_UNWRITABLE */
export async function writeOutput(file: string, text: string): Promise<void> {
  await orUnwritable(file, async () => {
    const { path, inPlace } = await placeOf(file);
    if (inPlace) return await writeFile(path, text);
    try {
      await writeFile(partialOf(path), text);
      await rename(partialOf(path), path);
    } catch (error) {
      await rm(partialOf(path), { force: true });
      throw error;
    }
  });
}

/** Where a link leads, and whether what is there must stay: a rename would put a file in the place of a device. */
async function placeOf(file: string): Promise<{ readonly path: string; readonly inPlace: boolean }> {
  const path = await realpath(file).catch(() => file);
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw new Error('it is a folder');
  return { path, inPlace: existing !== undefined && !existing.isFile() };
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
