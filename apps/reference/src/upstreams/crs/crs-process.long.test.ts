import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from 'millrace/core';
import { startCrs } from './crs-process.ts';

const SOURCE = '--conditions=millrace-source';
const ONLY_LINUX = process.platform === 'linux' ? false : 'reads /proc';

/** Whether a process runs; one that ended but was not yet waited for does not. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return stat[stat.lastIndexOf(')') + 2] !== 'Z';
}

async function untilGone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (const pid of pids) {
    while (await isRunning(pid)) {
      assert.ok(performance.now() < deadline, `process ${pid} is still there`);
      await sleep(5);
    }
  }
}

function run(t: TestContext, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [SOURCE, path, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = await once(createInterface({ input: child.stdout as Readable }), 'line');
  return String(line);
}

test('[CRS-14] the address answers, and the administrator is a new one each time', async () => {
  await using first = await startCrs({ latencyScale: 0 });
  await using second = await startCrs({ latencyScale: 0 });
  assert.notEqual(first.adminSecret, second.adminSecret);
  assert.ok(first.adminSecret.length >= 12);
  const body = JSON.stringify({ username: first.adminUser, password: first.adminSecret });
  const login = (url: string): Promise<Response> => fetch(`${url}/admin/login`, { method: 'POST', body });
  assert.equal((await login(first.url)).status, 200);
  assert.equal((await login(second.url)).status, 401);
  assert.deepEqual((await first.counts()).calls, { login: { [first.adminUser]: 1 } });
  assert.equal((await second.counts()).refused, 1);
  await first.reset();
  assert.equal((await first.counts()).totalCalls, 0);
});

test('[CRS-15] close ends the process, and again does nothing', { skip: ONLY_LINUX }, async () => {
  const crs = await startCrs({ latencyScale: 0 });
  assert.ok(await isRunning(crs.pid));
  await Promise.all([crs.close(), crs.close()]);
  assert.ok(!(await isRunning(crs.pid)));
  await crs.close();
});

test('[CRS-15] SIGTERM ends the process while an answer is due', async (t) => {
  const secret = randomBytes(12).toString('hex');
  const env = { CRS_ADMIN_USER: 'admin', CRS_ADMIN_SECRET: secret };
  const child = run(t, './main.ts', [], env);
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  const body = JSON.stringify({ username: env.CRS_ADMIN_USER, password: env.CRS_ADMIN_SECRET });
  const waiting = fetch(`${url}/admin/login`, { method: 'POST', body });
  waiting.catch(() => {});
  const countsOf = async (): Promise<number> =>
    ((await (await fetch(`${url}/__counts`)).json()) as { totalCalls: number }).totalCalls;
  while ((await countsOf()) === 0) await sleep(5);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  await assert.rejects(waiting);
});

test('[CRS-16] SIGKILL of the parent ends the upstream', { skip: ONLY_LINUX }, async (t) => {
  const parent = run(t, './test-parent/main.ts', []);
  const { pid, url } = JSON.parse(await firstLine(parent)) as { pid: number; url: string };
  assert.ok(await isRunning(pid));
  parent.kill('SIGKILL');
  await untilGone([pid]);
  await assert.rejects(fetch(`${url}/__counts`));
});

test('[CRS-16] no seeded moment of a start leaves the upstream behind', { skip: ONLY_LINUX }, async (t) => {
  const random = createRandom(16);
  let caught = 0;
  for (let round = 0; round < 6; round++) {
    const parent = run(t, './test-parent/main.ts', ['early']);
    await once(parent.stdout as Readable, 'data');
    await sleep(random.int(300));
    parent.kill('SIGSTOP');
    const pids = await childrenOf(parent.pid as number);
    parent.kill('SIGKILL');
    await untilGone(pids);
    caught += pids.length;
  }
  assert.ok(caught > 0, 'no round caught an upstream that had been started');
});

async function childrenOf(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return list.split(' ').filter(Boolean).map(Number);
}

test('[CRS-17] a bad setting ends the process with code 2 and one line that names it', async (t) => {
  const secret = randomBytes(12).toString('hex');
  const short = secret.slice(0, 11);
  const good = { CRS_ADMIN_USER: 'admin', CRS_ADMIN_SECRET: secret };
  await using taken = await startCrs({ latencyScale: 0 });
  const bad: [NodeJS.ProcessEnv, RegExp][] = [
    [{ CRS_ADMIN_USER: 'admin' }, /CRS_ADMIN_SECRET/],
    [{ ...good, CRS_ADMIN_SECRET: short }, /CRS_ADMIN_SECRET/],
    [{ ...good, LATENCY_SCALE: '-1' }, /LATENCY_SCALE=-1/],
    [{ ...good, CRS_ERROR_RATE: '0.6', CRS_HANG_RATE: '0.6' }, /CRS_HANG_RATE=0\.6/],
    [{ ...good, CRS_TODAY: 'tomorrow' }, /CRS_TODAY=tomorrow/],
    [{ ...good, CRS_DATA_PROFILE: 'huge' }, /CRS_DATA_PROFILE=huge/],
    [{ ...good, CRS_DATA_SEED: '1.5' }, /CRS_DATA_SEED=1\.5/],
    [{ ...good, PORT: new URL(taken.url).port }, /EADDRINUSE/],
  ];
  const ends = bad.map(async ([env, message]) => {
    const child = run(t, './main.ts', [], env);
    const [said, [code]] = await Promise.all([text(child.stderr as Readable), once(child, 'exit')]);
    assert.equal(code, 2);
    assert.match(said, message);
    assert.equal(said.trim().split('\n').length, 1, said);
    assert.ok(!said.includes(short), 'a secret was printed');
  });
  await Promise.all(ends);
});

test('[CRS-18] a start that fails rejects with the reason', async () => {
  await using taken = await startCrs({ latencyScale: 0 });
  await assert.rejects(startCrs({ port: Number(new URL(taken.url).port) }), {
    code: 'MILLRACE_REFERENCE_CRS_START',
    message: /EADDRINUSE/,
  });
  await assert.rejects(startCrs({ latencyScale: -1 }), { message: /LATENCY_SCALE=-1/ });
});
