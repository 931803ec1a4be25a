import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, lstat, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { prepareOutput, writeOutput } from './output-file.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-output-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const MAKE_PIPE = 'mkfifo "$1"';
const PREPARE_OFTEN = `
  const { prepareOutput } = await import(process.argv[1]);
  for (let i = 0; i < 300; i++) await prepareOutput(process.argv[2]);
`;

test('[CLI-9] runs that are to write the same file do not take the trial of each other for a failure', async () => {
  const module = new URL('./output-file.ts', import.meta.url).href;
  const args = ['--conditions=millrace-source', '--input-type=module', '-e', PREPARE_OFTEN];
  const children = Array.from({ length: 3 }, () =>
    spawn(process.execPath, [...args, '--', module, join(folder, 'proof.json')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  const ended = await Promise.all(
    children.map(async (child) => {
      let stderr = '';
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      const [code] = await once(child, 'close');
      return { code, stderr };
    }),
  );
  assert.deepEqual(
    ended,
    ended.map(() => ({ code: 0, stderr: '' })),
  );
  assert.deepEqual(await readdir(folder), []);
});

test('[CLI-61] what is written through a link arrives where the link leads, and the link stays', async () => {
  const own = await mkdtemp(join(folder, 'links-'));
  await mkdir(join(own, 'there'));
  await writeFile(join(own, 'there', 'file'), 'before');
  await symlink(join('there', 'file'), join(own, 'link'));
  await prepareOutput(join(own, 'link'));
  await writeOutput(join(own, 'link'), 'after');
  assert.ok((await lstat(join(own, 'link'))).isSymbolicLink());
  assert.equal(await readFile(join(own, 'there', 'file'), 'utf8'), 'after');
  assert.deepEqual([await readdir(own), await readdir(join(own, 'there'))], [['link', 'there'], ['file']]);
});

test('[CLI-61] what is no file, a pipe or a device, is written to and stays what it is', async () => {
  const own = await mkdtemp(join(folder, 'pipes-'));
  const pipe = join(own, 'pipe');
  execFileSync('/bin/sh', ['-c', MAKE_PIPE, 'sh', pipe]);
  await using reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  await prepareOutput(pipe);
  await writeOutput(pipe, 'text');
  assert.ok((await lstat(pipe)).isFIFO());
  assert.equal((await reader.read(Buffer.alloc(8), 0, 8)).bytesRead, 4);
  assert.deepEqual(await readdir(own), ['pipe']);
});
