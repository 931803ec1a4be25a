import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MILLRACE = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

test('[GUIDE-9] an arm is served as the guide says, and a Ctrl-C leaves nothing of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-example-'));
  const { NODE_TEST_CONTEXT: _, npm_lifecycle_event: _event, ...outer } = process.env;
  const env = { ...outer, NODE_OPTIONS: '--conditions=millrace-source', TMPDIR: folder, LC_ALL: 'C' };
  const args = [MILLRACE, 'prove', 'prove.ts', '--serve', 'cached'];
  const serving = spawn(process.execPath, args, {
    ...{ cwd: import.meta.dirname, env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let url = '';
    for await (const line of createInterface(serving.stdout)) {
      if (line.startsWith('http')) url = line;
      if (line.includes('Ctrl-C')) break;
    }
    const report = (await (await fetch(`${url}/report`)).json()) as { best: unknown[] };
    assert.ok(report.best.length > 0);
    serving.kill('SIGINT');
    assert.deepEqual(await once(serving, 'exit'), [0, null]);
    await assert.rejects(fetch(`${url}/report`));
    assert.deepEqual(readdirSync(folder), []);
  } finally {
    serving.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});
