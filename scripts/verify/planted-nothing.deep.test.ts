import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CHECKS } from './checks.ts';
import { createTreeCopy, type TreeCopy } from './tree-copy.ts';

let tree: TreeCopy;
before(() => {
  tree = createTreeCopy();
});
after(() => tree[Symbol.dispose]());

// In the tree itself `npm run verify` says so; here, that a copy is as good.
for (const { name } of CHECKS) {
  test(`[VERIFY-3] a copy without a fault passes verify:${name}`, async () => {
    const { passed, output } = await tree.run(`verify:${name}`);
    assert.ok(passed, output.slice(-4_000));
  });
}
