import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { packagedBinaries, placeBinaries } from './postgres-binaries.ts';
import { diskFolderBase } from './run-folder.ts';
import { postgresUser, type RunUser } from './run-user.ts';

const notRoot = process.geteuid?.() !== 0 && 'only root runs the server as somebody else';
let user: RunUser | undefined;
let folder: string;
let native: string;

/** Its own copy of the package's folder, without what starting the server does not need. */
before(async () => {
  user = await postgresUser();
  folder = await mkdtemp(join(await diskFolderBase(user), 'millrace-binaries-'));
  await chmod(folder, 0o755);
  native = join(folder, 'native');
  const filter = (path: string): boolean => !/\/share\/.*\/(locale|timezone|tsearch_data|extension)$/.test(path);
  await cp(packagedBinaries(), native, { recursive: true, verbatimSymlinks: true, filter });
});
after(() => rm(folder, { recursive: true }));

/** The names, kinds and modes of everything in the package's folder. */
async function inventory(): Promise<string[]> {
  const entries = await readdir(native, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return `${path} ${entry.isSymbolicLink() ? 'link' : (await stat(path)).mode.toString(8)}`;
  });
  return (await Promise.all(lines)).sort();
}

test('[SERVICES-14] what runs where it is stays there', async () => {
  const spare = join(folder, 'unused');
  assert.equal((await placeBinaries(native, spare, user)).placement, 'in place');
  await assert.rejects(stat(spare), { code: 'ENOENT' });
});

test('[SERVICES-14] files that are closed themselves are copied, with their modes opened', {
  skip: notRoot,
}, async () => {
  await promisify(execFile)('chmod', ['-R', 'go=', native]);
  const before = await inventory();
  const placed = await placeBinaries(native, join(folder, 'opened'), user);
  assert.equal(placed.placement, 'copied');
  assert.match(placed.version, /^18\./);
  assert.deepEqual(await inventory(), before);
  await promisify(execFile)('chmod', ['-R', 'go=rX', native]);
});

test('[SERVICES-14] library links that no install script made are made beside, not in the package', async () => {
  const entries = await readdir(native, { recursive: true, withFileTypes: true });
  for (const entry of entries) if (entry.isSymbolicLink()) await rm(join(entry.parentPath, entry.name));
  const before = await inventory();
  const placed = await placeBinaries(native, join(folder, 'repaired'), user);
  assert.equal(placed.placement, 'linked');
  assert.equal((await stat(join(placed.folder, 'bin/postgres'))).ino, (await stat(join(native, 'bin/postgres'))).ino);
  assert.match(placed.version, /^18\./);
  assert.deepEqual(await inventory(), before);
});

test('[SERVICES-14] binaries that run nowhere are an error that says why', async () => {
  const broken = join(folder, 'broken');
  const attempt = placeBinaries(broken, join(folder, 'nowhere'), user);
  await assert.rejects(attempt, {
    code: 'MILLRACE_SERVICES_BINARIES_UNUSABLE',
    message: /broken do not run as .*ENOENT/,
  });
});
