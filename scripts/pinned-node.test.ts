import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { readJson } from './verify/tree.ts';

const PLATFORM = `${process.platform}-${process.arch}`;
const PACKAGE = process.platform === 'darwin' ? `node-bin-${PLATFORM}` : `node-${PLATFORM}`;
const SCRIPTS = readJson<{ scripts: Readonly<Record<string, string>> }>('package.json').scripts;

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'millrace-pin-')));
  mkdirSync(path.join(root, 'scripts'));
  cpSync(path.join(import.meta.dirname, 'pinned-node.js'), path.join(root, 'scripts/pinned-node.js'));
  writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (place: string): string => path.join(root, 'node_modules', place);

/** A program that says its name and its arguments, in the place of a pinned Node. */
function installNode(name: string): void {
  const place = at(`${name}/bin/node`);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, `#!/bin/sh\necho "${name}: $*"\n`);
  chmodSync(place, 0o755);
}

interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the script; `version` is what this Node takes itself for. */
function pin(version: string = process.versions.node): Ending {
  const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });
    Object.defineProperty(process, 'version', { value: 'v${version}' });`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, 'scripts/pinned-node.js'];
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
}

describe('the link of the pinned Node', () => {
  test('[VERIFY-37] one that npm has removed comes back', () => {
    installNode(PACKAGE);
    assert.deepEqual([pin('20.0.0').status, pin('20.0.0').stderr], [0, '']);
    assert.ok(lstatSync(at('.bin/node')).isSymbolicLink());
    assert.equal(realpathSync(at('.bin/node')), at(`${PACKAGE}/bin/node`));
  });

  test('[VERIFY-37] one that leads to another Node is set right', () => {
    installNode(PACKAGE);
    installNode('other');
    mkdirSync(at('.bin'));
    spawnSync('ln', ['-s', '../other/bin/node', at('.bin/node')]);
    assert.equal(pin().status, 0);
    assert.equal(realpathSync(at('.bin/node')), at(`${PACKAGE}/bin/node`));
  });

  test('[VERIFY-37] a script of package.json goes on with the Node that the link leads to', () => {
    installNode(PACKAGE);
    const command = SCRIPTS.test?.replace(/^node/, `"${process.execPath}"`);
    const env = { ...process.env, PATH: `${at('.bin')}:${process.env.PATH}` };
    const { stdout } = spawnSync('sh', ['-c', `${command} --deep`], { cwd: root, encoding: 'utf8', env });
    assert.equal(stdout, `${PACKAGE}: scripts/test.ts --deep\n`);
  });
});

describe('without a pinned Node', () => {
  test('[VERIFY-38] an old Node is refused in one line that says how to mend it', () => {
    const { status, stderr } = pin('20.1.2');
    assert.equal(status, 2);
    const mend = `the package ${PACKAGE} is not installed; run npm ci, without --omit=optional`;
    assert.equal(stderr, `millrace: this needs Node 26, not v20.1.2: ${mend}\n`);
  });

  test('[VERIFY-38] one that is new enough may go on', () => {
    assert.deepEqual([pin('26.0.0').status, pin('26.0.0').stderr], [0, '']);
  });
});

test('[VERIFY-37] what people run first, and the installation, pin their Node', () => {
  assert.equal(SCRIPTS.postinstall, 'node scripts/pinned-node.js');
  for (const name of ['start', 'test', 'test:deep', 'test:node24', 'bench', 'verify'])
    assert.match(SCRIPTS[name] ?? '', /^node scripts\/pinned-node\.js && exec node /, name);
});

test('[VERIFY-37] the pinned packages are those of the manifest, of the version that is asked for', () => {
  const { optionalDependencies } = readJson<{ optionalDependencies: Readonly<Record<string, string>> }>('package.json');
  assert.equal(process.versions.node, optionalDependencies[PACKAGE]);
});
