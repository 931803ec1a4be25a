import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT, readText } from './tree.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-ci-'));
  const npm = '#!/bin/sh\necho "npm in $PWD, CI=$CI: $*"\ncat\n[ "$*" != "$FAILING" ]\n';
  writeFileSync(path.join(folder, 'npm'), npm, { mode: 0o755 });
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `.ci/run` from elsewhere, with an npm that only says what it is asked for. */
function runCi(failing: string): { status: number | null; stdout: string } {
  return spawnSync(path.join(ROOT, '.ci/run'), {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${folder}:/usr/bin:/bin`, FAILING: failing },
    input: 'terminal input must not reach the steps',
    timeout: 10_000,
  });
}

test('[VERIFY-30] the steps run in their order, in the root of the tree, without input', () => {
  const { status, stdout } = runCi('nothing');
  assert.equal(status, 0);
  const asked = ['ci', 'test', 'run test:node24', 'run verify', 'run test:long'].map(
    (step) => `npm in ${ROOT}, CI=true: ${step}`,
  );
  assert.deepEqual(
    stdout.split('\n').filter((line) => line.startsWith('npm in')),
    asked,
  );
  for (const step of ['npm ci', 'npm test', 'npm run test:node24', 'npm run verify'])
    assert.match(stdout, new RegExp(`^== ${step}: \\d+ s$`, 'm'));
  assert.doesNotMatch(stdout, /must not reach/);
});

test('[VERIFY-30] a step that fails is the last', () => {
  for (const [failing, steps] of [
    ['ci', 1],
    ['test', 2],
    ['run test:node24', 3],
    ['run verify', 4],
    ['run test:long', 5],
  ] as const) {
    const { status, stdout } = runCi(failing);
    assert.notEqual(status, 0);
    assert.equal(stdout.split('\n').filter((line) => line.startsWith('npm in')).length, steps);
  }
});

test('[VERIFY-30] the tests run by the command that the README gives', () => {
  assert.match(readText('README.md'), /^\| `npm test` \||^npm test\b/m);
});
