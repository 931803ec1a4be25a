import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startRedis } from './index.ts';
import { installRedis } from './redis-install.ts';

const POLICY = '/usr/sbin/policy-rc.d';
const root = process.geteuid?.() === 0;
const skip = !root && !existsSync(POLICY) && `only root can write ${POLICY}`;

/** A PATH with nothing but these programs and what the script itself calls. Every program writes its words to `log`. */
async function fakePath(
  t: TestContext,
  programs: Readonly<Record<string, string>>,
): Promise<{ path: string; log: () => Promise<string> }> {
  const path = await mkdtemp(join(tmpdir(), 'millrace-fake-path-'));
  t.after(() => rm(path, { recursive: true }));
  for (const tool of ['chmod', 'rm', 'true']) await symlink(`/bin/${tool}`, join(path, tool));
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(path, name), `#!/bin/sh\necho "${name} $*" >>"${path}/log"\n${script}\n`);
    await chmod(join(path, name), 0o755);
  }
  return { path, log: () => readFile(join(path, 'log'), 'utf8').catch(() => '') };
}

const SUDO = 'shift; exec "$@"';

test('[SERVICES-23] apt-get updates and installs while no service may be started, and takes that back', {
  skip,
}, async (t) => {
  const before = existsSync(POLICY) ? await readFile(POLICY, 'utf8') : undefined;
  const { path, log } = await fakePath(t, {
    'apt-get': `case "$*" in *install*) [ -x ${POLICY} ] || exit 9 ;; esac`,
    sudo: SUDO,
  });
  const said: string[] = [];
  assert.equal(await installRedis((line) => said.push(line), { PATH: path }), true);
  const calls = (await log()).split('\n').filter((line) => line.startsWith('apt-get'));
  assert.equal(calls.length, 2);
  assert.match(calls[0] ?? '', / update$/);
  assert.match(calls[1] ?? '', / install -y .*redis-server$/);
  assert.deepEqual(said, ['installing Redis with the package manager of this system']);
  assert.equal(existsSync(POLICY) ? await readFile(POLICY, 'utf8') : undefined, before);
});

test('[SERVICES-23] a package manager that fails is one line with its last words', { skip }, async (t) => {
  const { path } = await fakePath(t, { 'apt-get': 'echo "no space left" >&2; exit 100', sudo: SUDO });
  const said: string[] = [];
  assert.equal(await installRedis((line) => said.push(line), { PATH: path }), false);
  assert.equal(said.at(-1), 'Redis is not installed: no space left');
});

for (const [manager, words] of [
  ['dnf', 'install -y valkey'],
  ['apk', 'add --no-cache valkey'],
] as const) {
  test(`[SERVICES-23] ${manager} is used where it is the manager`, async (t) => {
    const { path, log } = await fakePath(t, { [manager]: '', sudo: SUDO });
    assert.equal(await installRedis(() => {}, { PATH: path }), true);
    assert.match(await log(), new RegExp(`^${manager} ${words}$`, 'm'));
  });
}

test('[SERVICES-23] no manager that is known, and no way to become root, are one line each', async (t) => {
  const said: string[] = [];
  const none = await fakePath(t, { sudo: SUDO });
  assert.equal(await installRedis((line) => said.push(line), { PATH: none.path }), false);
  assert.match(said.at(-1) ?? '', /no package manager that is known here/);
  if (root) return;
  const powerless = await fakePath(t, { sudo: 'exit 1' });
  assert.equal(await installRedis((line) => said.push(line), { PATH: powerless.path }), false);
  assert.match(said.at(-1) ?? '', /needs root, or sudo without a password/);
});

test('[SERVICES-22] nothing is installed unless that was allowed', async (t) => {
  const { path, log } = await fakePath(t, { 'apt-get': '', sudo: SUDO });
  assert.equal(await startRedis({ environment: { PATH: path } }), undefined);
  assert.equal(await log(), '');
});
