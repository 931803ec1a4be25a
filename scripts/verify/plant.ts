import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { createTreeCopy, type TreeCopy } from './tree-copy.ts';

/** A fault, and what the check that must find it says. */
export interface Plant {
  /** Test name; begins with the rule that the check holds. */
  readonly name: string;
  /** The check is the npm script `verify:<check>`. */
  readonly check: string;
  plant(tree: TreeCopy): void | Promise<void>;
  readonly says: RegExp;
  /** Default 1, that of a check which found something. */
  readonly code?: number;
}

/** One test a fault: planted in a copy, found by the npm script with its own message, taken back. */
export function testPlants(plants: readonly Plant[]): void {
  let tree: TreeCopy;
  before(() => {
    tree = createTreeCopy();
  });
  afterEach(() => tree.undo());
  after(() => tree[Symbol.dispose]());
  for (const { name, check, plant, says, code = 1 } of plants) {
    test(name, async () => {
      await plant(tree);
      const ending = await tree.run(`verify:${check}`);
      assert.ok(
        says.test(ending.output),
        `verify:${check} does not say ${says}, but:\n${ending.output.slice(0, 4_000)}`,
      );
      assert.equal(ending.code, code, `verify:${check} says so, but ends with ${ending.code}`);
    });
  }
}
