import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The checkout that these scripts belong to. A copy of the tree brings its own scripts, and so its own root. */
export const ROOT: string = path.resolve(import.meta.dirname, '../..');

/** Files that git tracks or would track, sorted, with `/` between folders; those deleted on disk are left out. */
export function listFiles(root: string = ROOT): string[] {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (git.status !== 0) throw new Error(`git ls-files failed: ${git.stderr || git.error?.message}`);
  const files = new Set(git.stdout.split('\0').filter((file) => file !== ''));
  return [...files].filter((file) => existsSync(path.join(root, file))).sort();
}

/** Text of one file of the tree. */
export function readText(file: string, root: string = ROOT): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Parsed JSON of one file of the tree; the caller states its shape. */
export function readJson<Shape>(file: string, root: string = ROOT): Shape {
  return JSON.parse(readText(file, root)) as Shape;
}

/** TypeScript and JavaScript that people write. */
export function isCode(file: string): boolean {
  return /\.(?:[cm]?[jt]s|[jt]sx)$/.test(file) && !file.endsWith('.d.ts');
}

/** Files that only the tests use. */
export function isTest(file: string): boolean {
  return /\.(?:test|types-test)(?:\.[\w-]+)?\.[cm]?tsx?$/.test(file);
}
