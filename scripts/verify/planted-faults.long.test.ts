import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { CHECKS } from './checks.ts';
import { ROOT } from './tree.ts';
import { createTreeCopy, type TreeCopy } from './tree-copy.ts';
import { listWorkspaces } from './workspaces.ts';

let tree: TreeCopy;
before(() => {
  tree = createTreeCopy();
});
afterEach(() => tree.undo());
after(() => tree[Symbol.dispose]());

/** Breaks the one rule that `verify:words` holds, in words that this file does not hold itself. */
function plantWord(): void {
  tree.write('docs/planted.md', `${['TO', 'DO'].join('')}: finish\n`);
}

test('[VERIFY-3] the links between workspaces lead into the copy', () => {
  for (const { name, folder } of listWorkspaces()) {
    assert.equal(realpathSync(path.join(tree.root, 'node_modules', name)), path.join(tree.root, folder));
  }
});

test('[VERIFY-3] every check has a planted fault', () => {
  const files = globSync('planted-*.test.ts', { cwd: import.meta.dirname });
  const texts = files.map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'));
  const names = texts.flatMap((text) => [...text.matchAll(/(?:\bcheck: |testPlantedFiles\()'(\w+)'/g)]);
  const planted = new Set(names.map((match) => match[1]));
  assert.deepEqual(
    CHECKS.map(({ name }) => name).filter((name) => !planted.has(name)),
    [],
  );
});

test('[VERIFY-2] each check is an npm script, and each such script is a check', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const names = Object.keys(scripts).flatMap((name) => (name.startsWith('verify:') ? [name.slice(7)] : []));
  assert.deepEqual(names.sort(), CHECKS.map(({ name }) => name).sort());
});

test('[VERIFY-1] verify prints one line a check, the output of those that failed, and fails', async () => {
  plantWord();
  const { code, output } = await tree.run('verify', 'words', 'lock');
  assert.equal(code, 1);
  assert.match(output, /^ok {5}lock {8} +\d+\.\d s {2}the lock is complete/m);
  assert.match(output, /^FAILED words {7} +\d+\.\d s /m);
  assert.match(output, /\nverify:words\ndocs\/planted\.md:1: .*\nwords: 1 fault\n/);
  assert.doesNotMatch(output, /verify:lock/);
  assert.match(output, /\nverify: 2 checks in \d+\.\d s, failed: words\n$/);
});

test('[VERIFY-1] verify passes when every check passes', async () => {
  const { passed, output } = await tree.run('verify', 'words', 'lock');
  assert.ok(passed, output);
  assert.match(output, /\nverify: 2 checks in \d+\.\d s, all passed\n$/);
});

test('[VERIFY-1] an unknown check is refused with the names of those there are', async () => {
  const { code, output } = await tree.run('verify', 'planted');
  assert.equal(code, 2);
  assert.match(output, /no such check: planted; there are types, lint/);
});

test('[VERIFY-17] lock:write completes the lock', async () => {
  const whole = tree.read('package-lock.json');
  const lock = JSON.parse(whole) as { packages: Record<string, unknown> };
  for (const place of Object.keys(lock.packages)) {
    if (place.startsWith('node_modules/@biomejs/cli-') && place.includes('musl')) delete lock.packages[place];
  }
  tree.write('package-lock.json', JSON.stringify(lock));
  assert.equal((await tree.run('verify:lock')).code, 1);
  assert.equal((await tree.run('lock:write')).code, 0);
  assert.equal((await tree.run('verify:lock')).code, 0);
  const completed = JSON.parse(tree.read('package-lock.json')) as typeof lock;
  const { version, os, cpu, libc, optional, dev } = completed.packages[
    'node_modules/@biomejs/cli-linux-arm64-musl'
  ] as Record<string, unknown>;
  assert.match(String(version), /^\d+\.\d+\.\d+/);
  assert.deepEqual(
    { os, cpu, libc, optional, dev },
    { os: ['linux'], cpu: ['arm64'], libc: ['musl'], optional: true, dev: true },
  );
});

test('[VERIFY-12] layers:write brings the lint rules and the page back in line', async () => {
  tree.edit('biome.layers.json', '{signals,redis', '{redis');
  tree.edit('ARCHITECTURE.md', '| `signals` | `core` |\n', '');
  assert.equal((await tree.run('layers:write')).passed, true);
  const { output } = await tree.run('verify:layers');
  assert.doesNotMatch(output, /differs from layers\.ts/);
});

test('[VERIFY-23] output whose source has gone is removed', async () => {
  tree.write('packages/millrace/src/core/planted.ts', 'export const planted: number = 1;\n');
  await tree.run('verify:build');
  const output = path.join(tree.root, 'packages/millrace/dist/core/planted.js');
  assert.ok(existsSync(output));
  tree.remove('packages/millrace/src/core/planted.ts');
  await tree.run('verify:build');
  assert.ok(!existsSync(output));
});
