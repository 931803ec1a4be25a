import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.ts';
import { type Fault, report } from './fault.ts';
import { ROOT } from './tree.ts';
import { listWorkspaces, targetsOf, type Workspace } from './workspaces.ts';

const PUBLISHED = listWorkspaces().filter((it) => it.manifest.private !== true);

/** Compiles the published packages; what `tsc` cannot find on its own is printed as it stands. */
function compile(force: boolean): Fault[] {
  const { passed, output } = runCommand('tsc', [
    '-b',
    ...(force ? ['--force'] : []),
    ...PUBLISHED.map((it) => it.folder),
  ]);
  if (passed) return [];
  console.log(output.trimEnd());
  return [{ where: 'tsc -b', what: 'the published packages do not compile' }];
}

/** Output whose source has gone would still be packed. */
function removeOrphans({ folder }: Workspace): void {
  for (const file of globSync(`${folder}/dist/**/*.{js,d.ts,js.map}`, { cwd: ROOT })) {
    const source = file.replace('/dist/', '/src/').replace(/(?:\.d\.ts|\.js|\.js\.map)$/, '.ts');
    if (!existsSync(path.join(ROOT, source))) rmSync(path.join(ROOT, file));
  }
}

/** Whether a source has no output, which somebody must have removed. */
function lacksOutput({ folder }: Workspace): boolean {
  return globSync(`${folder}/src/**/*.ts`, { cwd: ROOT, exclude: ['**/*.d.ts'] }).some((file) => {
    const output = file.replace('/src/', '/dist/').replace(/\.ts$/, '.js');
    return !existsSync(path.join(ROOT, output));
  });
}

/** What the manifest promises to consumers must be there. */
function findMissing({ folder, manifest }: Workspace): Fault[] {
  return targetsOf(manifest)
    .filter((target) => globSync(target, { cwd: path.join(ROOT, folder) }).length === 0)
    .map((target) => ({ where: `${folder}/package.json`, what: `${target} is not there after the build` }));
}

/** A path to a `.ts` file outlives compilation when it is no import; in a consumer's `dist` it leads nowhere. */
function findSourcePaths({ folder }: Workspace): Fault[] {
  return globSync(`${folder}/dist/**/*.js`, { cwd: ROOT, exclude: ['**/*.test.*'] }).flatMap((file) => {
    const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n');
    return lines.flatMap((line, index) => {
      const found = /["'`](\.{1,2}\/[^"'`]*(?<!\.d)\.ts)["'`]/.exec(line.replace(/^\s*(?:\*|\/\/).*/, ''));
      const what = `names ${found?.[1]}, which is not in dist; use import.meta.resolve of an entry of the package's imports`;
      return found ? [{ where: `${file}:${index + 1}`, what }] : [];
    });
  });
}

/** Each entry loads in a Node that knows nothing of our export condition, as a consumer's does. */
function findUnloadable(): Fault[] {
  const entries = PUBLISHED.flatMap(({ name, manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((key) => !key.endsWith('.json'))
      .map((key) => path.posix.join(name, key)),
  );
  const script = `for (const entry of ${JSON.stringify(entries)}) await import(entry).catch((error) => {
    console.log(entry + ': ' + (error.stack ?? error)); process.exitCode = 1;
  });`;
  const { passed, output } = runCommand(process.execPath, ['--input-type=module', '-e', script], {
    NODE_OPTIONS: undefined,
  });
  if (passed) return [];
  console.log(output.trimEnd());
  return [{ where: 'dist', what: 'an entry does not load without the source condition' }];
}

const faults = compile(false);
PUBLISHED.forEach(removeOrphans);
// The incremental build trusts its record of what it wrote, so it does not see that somebody removed a file.
if (faults.length === 0 && PUBLISHED.some(lacksOutput)) faults.push(...compile(true));
faults.push(...PUBLISHED.flatMap(findMissing), ...PUBLISHED.flatMap(findSourcePaths), ...findUnloadable());
report('build', faults, `${PUBLISHED.map((it) => it.name).join(', ')} load from dist`);
