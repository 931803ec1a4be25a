import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-output-'));
});
after(() => rm(folder, { recursive: true, force: true }));

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
