import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Ending, startCommand } from './command.ts';
import { listFiles, ROOT } from './tree.ts';

/** A copy of the tree in which faults are planted. */
export interface TreeCopy extends Disposable {
  readonly root: string;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Replaces text that must be there. */
  edit(file: string, from: string | RegExp, to: string): void;
  remove(file: string): void;
  /** Runs an npm script of the copy, by the copy's own scripts. */
  run(script: string, ...args: string[]): Promise<Ending>;
  /** Takes back every change since the copy was made. */
  undo(): void;
}

const TIMEOUT_MS = 60_000;

/**
 * Links the installed packages one by one. Links between workspaces are relative: made anew, they lead into the
 * copy, where a link to the whole `node_modules` would lead back to the original tree.
 */
function linkModules(root: string, folder: string): void {
  for (const entry of readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      mkdirSync(path.join(root, folder), { recursive: true });
      symlinkSync(readlinkSync(path.join(ROOT, place)), path.join(root, place));
    } else if (entry.name.startsWith('@')) {
      linkModules(root, place);
    } else if (entry.isDirectory() && entry.name !== '.cache') {
      mkdirSync(path.join(root, folder), { recursive: true });
      symlinkSync(path.join(ROOT, place), path.join(root, place));
    }
  }
}

function copyTree(root: string): void {
  const folders = new Set(['.']);
  for (const file of listFiles()) {
    cpSync(path.join(ROOT, file), path.join(root, file), { preserveTimestamps: true });
    folders.add(path.dirname(file));
  }
  for (const folder of folders) {
    const modules = path.join(folder, 'node_modules');
    if (existsSync(path.join(ROOT, modules))) linkModules(root, modules);
  }
  spawnSync('git', ['init', '--quiet'], { cwd: root });
}

/** Environment of a script in the copy: without what `node --test` tells its own children. */
function scriptEnv(root: string): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const commands = `${path.join(root, 'node_modules/.bin')}:${env.PATH}`;
  return { ...env, PATH: commands, NO_COLOR: '1', NODE_OPTIONS: '--conditions=millrace-source' };
}

/** As npm would run it. `node --run` would be as quick, but makes one exit code of all. */
function runScript(root: string, script: string, args: readonly string[]): Promise<Ending> {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  return startCommand('/bin/sh', ['-c', `${scripts[script]} "$@"`, script, ...args], {
    cwd: root,
    env: scriptEnv(root),
    timeoutMs: TIMEOUT_MS,
  });
}

/** Copies the files that git tracks or would track, as they are on disk. */
export function createTreeCopy(): TreeCopy {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'millrace-tree-')));
  const before = new Map<string, string | undefined>();
  const at = (file: string): string => path.join(root, file);
  const read = (file: string): string => readFileSync(at(file), 'utf8');
  const remember = (file: string): void => {
    if (!before.has(file)) before.set(file, existsSync(at(file)) ? read(file) : undefined);
  };
  const write = (file: string, text: string): void => {
    remember(file);
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), text);
  };
  copyTree(root);
  return {
    root,
    read,
    write,
    edit(file, from, to) {
      const text = read(file);
      const edited = text.replace(from, to);
      if (edited === text) throw new Error(`${file} lacks ${from}: nothing planted`);
      write(file, edited);
    },
    remove(file) {
      remember(file);
      rmSync(at(file));
    },
    run: (script, ...args) => runScript(root, script, args),
    undo() {
      for (const [file, text] of before) {
        if (text === undefined) rmSync(at(file), { force: true });
        else writeFileSync(at(file), text);
      }
      before.clear();
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
