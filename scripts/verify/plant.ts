import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Ending } from './command.ts';
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

/** A fault that is one file, and so is found beside any others. */
export interface FilePlant {
  /** As that of a {@link Plant}. */
  readonly name: string;
  /** Each is planted under a name of its own, which begins as this one does. */
  readonly file: string;
  readonly text: string;
  /** What the check says right behind the name of the file. */
  readonly says: RegExp;
}

/** One run of a check over all of the faults, and one test a fault. A run costs seconds, whatever it finds. */
export function testPlantedFiles(check: string, plants: readonly FilePlant[]): void {
  describe(`faults that verify:${check} finds side by side`, () => {
    const files = plants.map(({ file }, index) => file.replace('planted', `planted-${index}`));
    let ending: Ending;
    before(async () => {
      using tree = createTreeCopy();
      for (const [index, { text }] of plants.entries()) tree.write(files[index] as string, text);
      ending = await tree.run(`verify:${check}`);
    });
    for (const [index, { name, says }] of plants.entries()) {
      test(name, () => {
        const found = new RegExp(`${(files[index] as string).replaceAll('.', '\\.')}${says.source}`);
        assert.ok(
          found.test(ending.output),
          `verify:${check} does not say ${found}, but:\n${ending.output.slice(0, 9_000)}`,
        );
        assert.equal(ending.code, 1, `verify:${check} says so, but ends with ${ending.code}`);
      });
    }
  });
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
