import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { postgresUser, type RunUser, runAs } from './run-user.ts';
import { type Checkout, copyCheckout } from './trial/checkout.ts';
import type { HolderReport } from './trial/holder.ts';

const run = promisify(execFile);
const root = process.geteuid?.() === 0;
const skip = !root && 'only root can become nobody';
const isRoot = root && 'root is a case of its own';

let checkout: Checkout;

before(async () => {
  checkout = await copyCheckout();
});
after(() => checkout[Symbol.asyncDispose]());

/** Starts Postgres from the copy, below a folder of mode `mode`, as `user`, and tells about it. */
async function start(mode: number, user?: RunUser): Promise<HolderReport> {
  await chmod(checkout.above, mode);
  const { DATABASE_URL: _database, TMPDIR: _folder, ...env } = process.env;
  const words = ['--conditions=millrace-source', checkout.holder, 'close'];
  const { stdout } = await run(checkout.node, words, {
    cwd: '/',
    env: { ...env, PATH: '/usr/bin:/bin' },
    ...runAs(user),
  });
  return JSON.parse(stdout.split('\n')[1] ?? '');
}

async function nobody(): Promise<RunUser> {
  const user = await postgresUser();
  assert.ok(user !== undefined);
  return user;
}

test('[SERVICES-13] root: the server runs as nobody, from where the binaries are', { skip }, async () => {
  const { placement, owner, version } = await start(0o755);
  assert.deepEqual({ placement, owner }, { placement: 'in place', owner: (await nobody()).uid });
  assert.match(version, /^18\./);
});

test('[SERVICES-13] nobody: an ordinary user runs the server itself', { skip }, async () => {
  const user = await nobody();
  const { placement, owner } = await start(0o755, user);
  assert.deepEqual({ placement, owner }, { placement: 'in place', owner: user.uid });
});

test('[SERVICES-13] below a 0700 folder: nobody cannot run what is there, so it is linked out', { skip }, async () => {
  const { uid, gid } = await nobody();
  await chmod(checkout.above, 0o700);
  const attempt = run(join(checkout.binaries, 'bin/postgres'), ['--version'], { cwd: '/', uid, gid });
  await assert.rejects(attempt, { code: 'EACCES' });
  const { placement, owner } = await start(0o700);
  assert.deepEqual({ placement, owner }, { placement: 'linked', owner: uid });
});

test('[SERVICES-13] this user, below a 0700 folder of its own, runs the server itself', { skip: isRoot }, async () => {
  const { placement, owner } = await start(0o700);
  assert.deepEqual({ placement, owner }, { placement: 'in place', owner: process.geteuid?.() });
});
