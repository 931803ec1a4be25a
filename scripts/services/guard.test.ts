import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GuardedService } from './guard.ts';
import { leftovers } from './trial/leftovers.ts';

const LINUX = process.platform === 'linux';

function create(script: string, stopPatienceMs = 2_000): Promise<GuardedService> {
  const scriptArguments = (): string[] => ['one', 'two words'];
  return GuardedService.create({ service: 'demo', script, scriptArguments, stopSignal: 'TERM', stopPatienceMs });
}

async function logOf(service: GuardedService, until: RegExp): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    const log = await readFile(`${service.folder}/log`, 'utf8').catch(() => '');
    if (until.test(log)) return log;
    await sleep(10);
  }
  throw new Error(`the log never said ${until}`);
}

test('[SERVICES-8] a service that ends at once keeps its last words in the log', async () => {
  await using service = await create('echo "no $PROGRAM here" >&2; exit 7');
  service.run('luck');
  await logOf(service, /luck/);
  while (!service.ended) await sleep(5);
  assert.equal(await service.logTail(), 'no luck here');
});

test('[SERVICES-8] a user that nobody can become is an error, not a crash', async () => {
  const options = { service: 'demo', script: 'exit 0', scriptArguments: () => [], stopSignal: 'TERM' } as const;
  const attempt = GuardedService.create({ ...options, user: { name: 'nowhere', uid: -1, gid: -1 } });
  await assert.rejects(attempt, { code: 'MILLRACE_SERVICES_START_FAILED', message: /^demo did not start: spawn/ });
});

test('[SERVICES-12] the script gets the program as it is written, its arguments and its folder, and nothing of the environment', async () => {
  await using service = await create('printf "%s|" "$PROGRAM" "$FOLDER" "$@"; env | grep -c SECRET; exit 0');
  process.env.DEMO_SECRET = 'kept';
  service.run('/a b/$(c)\\d');
  const log = await logOf(service, /\n/);
  delete process.env.DEMO_SECRET;
  assert.equal(log, `/a b/$(c)\\d|${service.folder}|one|two words|0\n`);
});

test('[SERVICES-12] nothing starts before it is told to', async () => {
  const service = await create('echo started; exit 0');
  await sleep(50);
  assert.deepEqual(await readdir(service.folder), ['setup']);
  await service.close();
  assert.equal(existsSync(service.folder), false);
});

test('[SERVICES-12] setting up is let finish, and the service is then not started', async () => {
  const mark = `${tmpdir()}/millrace-guard-test-${process.pid}`;
  const service = await create(`echo begun; sleep 0.3; echo done >"${mark}"; serve sh -c 'echo served >>"${mark}"'`);
  service.run('x');
  await logOf(service, /begun/);
  await service.close();
  const marks = await readFile(mark, 'utf8');
  await rm(mark);
  assert.equal(marks, 'done\n');
});

test('[SERVICES-12] a service that ignores its signal is killed in the end', async () => {
  const service = await create(`serve sh -c 'trap "" TERM; echo deaf; while :; do sleep 0.1; done'`, 100);
  service.run('x');
  await logOf(service, /deaf/);
  await service.close();
  assert.ok(service.ended);
  assert.equal(existsSync(service.folder), false);
});

async function guardOf(service: GuardedService): Promise<number> {
  const shells = (await leftovers(service.folder)).map((line) => /^process (\d+) \(sh\)$/.exec(line)?.[1]);
  return Number(shells.find(Boolean));
}

test('[SERVICES-12] the guard itself is deaf to what ends other programs', {
  skip: !LINUX && 'looks in /proc',
}, async () => {
  await using service = await create('serve sleep 60');
  service.run('x');
  while (!existsSync(`${service.folder}/serving`)) await sleep(5);
  const guard = await guardOf(service);
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT'] as const) process.kill(guard, signal);
  await sleep(50);
  assert.equal(await guardOf(service), guard);
  assert.equal(service.ended, false);
});

test('[SERVICES-12] close does the work of a guard that was killed', { skip: !LINUX && 'looks in /proc' }, async () => {
  const service = await create('serve sleep 60');
  service.run('x');
  while (!existsSync(`${service.folder}/serving`)) await sleep(5);
  process.kill(await guardOf(service), 'SIGKILL');
  await service.close();
  assert.ok(service.ended);
  assert.equal(existsSync(service.folder), false);
});
