import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { createTreeCopy, type TreeCopy } from './tree-copy.ts';
import { listWorkspaces } from './workspaces.ts';

let tree: TreeCopy;
before(() => {
  tree = createTreeCopy();
});
afterEach(() => tree.undo());
after(() => tree[Symbol.dispose]());

const PUBLISHED = listWorkspaces().filter(({ manifest }) => manifest.private !== true);

/** Packs a package of the copy as a person would, from within its folder. */
function pack(folder: string): { status: number | null; files: string[]; output: string } {
  const cwd = path.join(tree.root, folder);
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--json'], { cwd, encoding: 'utf8', timeout: 60_000 });
  const answer = status === 0 ? (JSON.parse(stdout) as object) : {};
  const [packed] = Object.values(answer) as { files: { path: string }[] }[];
  return { status, files: packed?.files.map((file) => file.path) ?? [], output: stderr };
}

test('[VERIFY-35] a package that was not built is built before it is packed', () => {
  for (const { folder } of PUBLISHED) {
    rmSync(path.join(tree.root, folder, 'dist'), { recursive: true, force: true });
    const { status, files, output } = pack(folder);
    assert.equal(status, 0, output);
    assert.ok(
      files.some((file) => file.startsWith('dist/') && file.endsWith('.js')),
      `${folder}: ${files}`,
    );
  }
});

test('[VERIFY-35] what somebody removed from the output is made again', () => {
  const file = path.join(tree.root, 'packages/millrace/dist/core/clock.js');
  rmSync(file, { force: true });
  assert.ok(pack('packages/millrace').files.includes('dist/core/clock.js'));
  assert.ok(existsSync(file));
});

test('[VERIFY-35] what does not compile is not packed', () => {
  tree.write('packages/millrace/src/core/planted.ts', "export const planted: number = 'one';\n");
  for (const tarball of globSync('packages/*/*.tgz', { cwd: tree.root })) rmSync(path.join(tree.root, tarball));
  const { status, output } = pack('packages/millrace');
  assert.notEqual(status, 0);
  assert.match(output, /planted\.ts\(1,14\): error TS2322[\s\S]*the published packages do not compile/);
  assert.deepEqual(globSync('packages/*/*.tgz', { cwd: tree.root }), []);
});
