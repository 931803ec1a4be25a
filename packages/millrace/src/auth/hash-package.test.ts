import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGE = path.resolve(import.meta.dirname, '../..');

/** A service that has installed the built package, and nothing else. */
let service = '';

before(async () => {
  service = await mkdtemp(path.join(tmpdir(), 'millrace-service-'));
  const installed = path.join(service, 'node_modules/millrace');
  await mkdir(installed, { recursive: true });
  await cp(path.join(PACKAGE, 'package.json'), path.join(installed, 'package.json'));
  const compiler = path.join(path.dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc');
  const outDir = path.join(installed, 'dist');
  const options = ['--outDir', outDir, '--tsBuildInfoFile', path.join(service, 'tsbuildinfo')];
  await run(process.execPath, [compiler, '-p', PACKAGE, ...options]);
  await writeFile(path.join(service, 'service.mjs'), SERVICE);
  await writeFile(
    path.join(service, 'service-of-bcrypt.mjs'),
    SERVICE.replace('createHashGate()', 'createHashGate({ target: 4 })'),
  );
});

after(async () => {
  await rm(service, { recursive: true });
});

const SERVICE = `
  import { createHashGate } from 'millrace/auth';
  try {
    const gate = createHashGate();
    console.log((await gate.check('password', undefined)).matches);
    const hash = await gate.hash('password', 4);
    console.log(await gate.verify('password', hash), gate.stats().crashes);
    await gate.close();
  } catch ({ code, mend }) {
    console.log(code, mend);
  }
`;

/** Runs the service with plain Node: no condition, none of this process's options. */
async function runService(file = 'service.mjs'): Promise<string[]> {
  const { stdout } = await run(process.execPath, [path.join(service, file)], {
    env: { ...process.env, NODE_OPTIONS: '' },
    timeout: 30_000,
  });
  return stdout.trim().split('\n');
}

test('[AUTH-15] without @node-rs/bcrypt the gate says what to install, and only where it is needed', async () => {
  const missing = 'MILLRACE_AUTH_BCRYPT_MISSING npm install @node-rs/bcrypt';
  assert.deepEqual(await runService('service-of-bcrypt.mjs'), [missing]);
  assert.deepEqual(await runService(), ['false', missing]);
});

test('[AUTH-14] the built package finds the file of its threads', async () => {
  const peers = path.resolve(path.dirname(fileURLToPath(import.meta.resolve('@node-rs/bcrypt'))), '..');
  await symlink(peers, path.join(service, 'node_modules/@node-rs'));
  assert.deepEqual(await runService(), ['false', 'true 0']);
});
