import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { groupTestFiles } from './test-groups.ts';

const PLAIN = "import { test } from 'node:test';\ntest('it', () => {});\n";

/** A tree of test files, and what the runner is given for them: modules as the files that they import. */
function grouped(t: TestContext, texts: Readonly<Record<string, string>>): (string | string[])[] {
  const root = mkdtempSync(path.join(tmpdir(), 'millrace-groups-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  const folder = path.join(root, 'groups');
  return groupTestFiles(root, Object.keys(texts), folder).map((given) => {
    if (!given.startsWith(folder)) return given;
    const imports = readFileSync(given, 'utf8').matchAll(/^import "file:\/\/(?<file>[^"]+)";$/gm);
    return [...imports].map(({ groups }) => path.relative(root, groups?.file ?? ''));
  });
}

test('[VERIFY-39] small files of one folder share a process, each once, a few at most', (t) => {
  const names = Array.from({ length: 9 }, (_, index) => `a/${index}.test.ts`);
  const files = Object.fromEntries([...names, 'b/one.test.ts', 'b/c/two.test.ts'].map((name) => [name, PLAIN]));
  assert.deepEqual(grouped(t, files), [names.slice(0, 8), names.slice(8), 'b/one.test.ts', 'b/c/two.test.ts']);
});

test('[VERIFY-39] a file that others would notice has a process of its own', (t) => {
  const noticed = [
    'before(() => {});\n',
    'afterEach(() => {});\n',
    "import { spawn } from 'node:child_process';\n",
    "import { Worker } from 'node:worker_threads';\n",
    "process.env.TZ = 'UTC';\n",
    "process.on('exit', () => {});\n",
    'ownMemory();\n',
    "import { mock } from 'node:test';\n",
  ];
  const files = Object.fromEntries(noticed.map((text, index) => [`a/${index}.test.ts`, PLAIN + text]));
  const shared = { 'a/x.test.ts': PLAIN, 'a/y.test.ts': `${PLAIN}  before();\n` };
  assert.deepEqual(grouped(t, { ...files, ...shared }), [...Object.keys(files), Object.keys(shared)]);
});
