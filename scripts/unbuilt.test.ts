import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { createTreeCopy, type TreeCopy } from './verify/tree-copy.ts';

let tree: TreeCopy;
before(() => {
  tree = createTreeCopy();
});
after(() => tree[Symbol.dispose]());

function millrace(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawnSync(process.execPath, args, { cwd: tree.root, encoding: 'utf8', env, timeout: 30_000 });
}

test('[CLI-24] a checkout that is not built says so in one line, with exit code 2', () => {
  const { status, stdout, stderr } = millrace('packages/cli/src/main.ts', '--version');
  assert.deepEqual([status, stdout], [2, '']);
  const mend = 'run it as npm run millrace -- …, or npm run build first';
  assert.equal(stderr, `millrace: its packages are not built; ${mend}\n`);
});

test('[CLI-24] with the export condition it runs without a build', () => {
  const { status, stderr } = millrace('--conditions=millrace-source', 'packages/cli/src/main.ts', '--version');
  assert.deepEqual([status, stderr], [0, '']);
});
