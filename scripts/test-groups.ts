import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A process for each test file costs more than most files do: half a second to start and to load the modules that its
 * neighbours load as well. Small files of one folder therefore share one. Alone is a file that prepares something for all
 * of its tests, starts processes or threads, or changes or measures what a process has but once.
 */
const ALONE = /^(?:before|after)(?:Each)?\(|node:(?:child_process|worker_threads)|\bprocess\.|\bmock\b|[mM]emory\(/m;
/** Few enough that processes end at about the same time, and that a file which takes its process with it takes little. */
const MOST_FILES = 8;

/** What the runner is given for these test files: modules that import several, written into `folder`, and the others. */
export function groupTestFiles(root: string, files: readonly string[], folder: string): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const groups = Map.groupBy(files, (file) => {
    const mayShare = !ALONE.test(readFileSync(path.join(root, file), 'utf8'));
    return mayShare ? path.dirname(file) : undefined;
  });
  const alone = groups.get(undefined) ?? [];
  groups.delete(undefined);
  const shared = [...groups].flatMap(([of, members]) => writeGroups(root, members, path.join(folder, nameOf(of))));
  return [...alone, ...shared];
}

function nameOf(folder: string | undefined): string {
  return (folder ?? '').replaceAll(path.sep, '-');
}

/** The modules that import `files`, a few each. A file that is by itself stays what it is. */
function writeGroups(root: string, files: readonly string[], name: string): string[] {
  if (files.length === 1) return [...files];
  const modules: string[] = [];
  for (let from = 0; from < files.length; from += MOST_FILES) {
    const lines = files
      .slice(from, from + MOST_FILES)
      .map((file) => `import ${JSON.stringify(pathToFileURL(path.join(root, file)).href)};\n`);
    const module = `${name}-${modules.length + 1}.test.mjs`;
    writeFileSync(module, lines.join(''));
    modules.push(module);
  }
  return modules;
}
