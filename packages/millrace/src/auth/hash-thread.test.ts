import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createHashGate } from './hash-gate.ts';
import { hashWorkerUrl, startWorkerThread } from './hash-thread.ts';

const HASH_12 = `$2b$12$${'e'.repeat(53)}`;
const run = promisify(execFile);

test('[AUTH-2] files, names and the loop are served before the first of eight hashes is done', async () => {
  await using gate = createHashGate({ deadlineMs: 60_000 });
  await gate.hash('warm up', 4);
  const order: string[] = [];
  const hashes = Array.from({ length: 8 }, async () => {
    await gate.verify('any', HASH_12);
    order.push('hash');
  });
  const others = Array.from({ length: 20 }, async () => {
    await Promise.all([stat('/'), lookup('localhost')]);
    order.push('io');
  });
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => void setImmediate(resolve));
    order.push('loop');
  };
  await Promise.all([...hashes, ...others, turns()]);
  assert.equal(order.lastIndexOf('io') < order.indexOf('hash'), true, order.join(' '));
  assert.equal(order.indexOf('loop') < order.indexOf('hash'), true, order.join(' '));
});

test('[AUTH-3] hash threads, and no others, run at their own priority', {
  skip: process.platform !== 'linux',
}, async () => {
  const before = countThreads(17);
  await using gate = createHashGate({ threads: 2, niceness: 17 });
  await Promise.all([gate.hash('a', 4), gate.hash('b', 4)]);
  assert.deepEqual([before, countThreads(17)], [0, 2]);
  assert.notEqual(niceness(process.pid), 17);
});

/** Threads of this process with the given niceness, as the kernel tells it. */
function countThreads(nice: number): number {
  return readdirSync('/proc/self/task').filter((thread) => niceness(Number(thread)) === nice).length;
}

function niceness(thread: number): number {
  const line = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
  return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[16]);
}

test('[AUTH-7] what a real thread dies of reaches the caller, and the gate is told once', async () => {
  const fatal = new URL(
    'data:text/javascript,import{parentPort}from"node:worker_threads";parentPort.on("message",()=>{throw new Error("fatal")})',
  );
  const died = Promise.withResolvers<Error>();
  const thread = startWorkerThread(fatal, { niceness: 10 }, died.resolve);
  await assert.rejects(thread.run({ password: 'a', cost: 4 }), /fatal/);
  assert.match((await died.promise).message, /fatal/);
});

test('[AUTH-7] a thread that just ends counts as dead, one that is closed does not', async () => {
  const ends = new URL('data:text/javascript,process.exit(3)');
  const died = Promise.withResolvers<Error>();
  startWorkerThread(ends, { niceness: 10 }, died.resolve);
  assert.match((await died.promise).message, /exit code 3/);
  const closed = startWorkerThread(hashWorkerUrl(), { niceness: 10 }, () => assert.fail('it was closed'));
  await closed.close();
});

/** Runs a script as a process of its own; gives what it printed. */
async function runScript(script: string): Promise<string> {
  const args = ['--conditions=millrace-source', '--input-type=module', '--eval', script];
  const { stdout } = await run(process.execPath, args, { cwd: import.meta.dirname, timeout: 30_000 });
  return stdout;
}

test('[AUTH-16] a process ends although its gate is idle, and not before a hash is done', async () => {
  const script = `
    import { createHashGate } from 'millrace/auth';
    const gate = createHashGate();
    await gate.hash('warm up', 4);
    gate.hash('any', 10).then((hash) => console.log(hash.length));
  `;
  assert.equal(await runScript(script), '60\n');
});

test('[AUTH-14] from source the file of the threads is found, and the flags of the process stay its own', async () => {
  const script = `
    import { hashWorkerUrl, startWorkerThread } from './hash-thread.ts';
    const echo = new URL('data:text/javascript,import{parentPort}from"node:worker_threads";parentPort.on("message",()=>parentPort.postMessage({value:process.execArgv.join(" ")}))');
    const thread = startWorkerThread(echo, { niceness: 10 }, () => {});
    const { value } = await thread.run({ password: 'a', cost: 4 });
    console.log(hashWorkerUrl().href.endsWith('/src/auth/hash-worker.ts'), process.execArgv.length > 0, value === '');
    await thread.close();
  `;
  assert.equal(await runScript(script), 'true true true\n');
});
