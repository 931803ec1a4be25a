import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startChild } from './child.ts';

async function withFile(code: string, use: (file: URL) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const file = join(folder, 'child.js');
  await writeFile(file, code);
  await use(pathToFileURL(file)).finally(() => rm(folder, { recursive: true }));
}

test('[BENCH-13] what Node is told for this process is not told to a helper', async () => {
  const before = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = '--conditions=other';
  try {
    await withFile('console.log(JSON.stringify([process.env.NODE_OPTIONS, process.execArgv]))', async (file) => {
      await using child = await startChild<unknown>(file, [], { nodeArgs: [] });
      assert.deepEqual(child.ready, ['', []]);
    });
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  }
});

test('[BENCH-13] a helper that says nothing, or does not end, is killed', async () => {
  await withFile('setInterval(() => {}, 1_000)', async (file) => {
    await assert.rejects(startChild(file, [], { timeoutMs: 200 }), /gave none in 200 ms/);
  });
  await withFile('console.log(process.pid); setInterval(() => {}, 1_000)', async (file) => {
    const child = await startChild<number>(file, [], { timeoutMs: 2_000 });
    await child[Symbol.asyncDispose]();
    assert.throws(() => process.kill(child.ready, 0), { code: 'ESRCH' });
  });
});
