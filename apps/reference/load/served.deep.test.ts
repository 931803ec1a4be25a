import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertGood, MAIN, runFile, SERVE } from './command.test.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

for (const arm of ['optimised', 'cache.none']) {
  test(`[VISIT-7] the commands of the README, with ${arm}: one serves, one runs, Ctrl-C ends the first with 0`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reference-serve-'));
    const args = SERVE.map((word, index) => (SERVE[index - 1] === '--serve' ? arm : word));
    const { NODE_TEST_CONTEXT: _, npm_lifecycle_event: _event, ...env } = process.env;
    const serving = spawn(process.execPath, ['--conditions=millrace-source', MAIN, ...args], {
      ...{ cwd: ROOT, env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const url = await firstAddress(serving.stdout);
      assertGood(await runFile({ folder, url, accounts: 4 }, 'api-mix.ts', '-d', '3s'));
      assertGood(await runFile({ folder, url, accounts: 4 }, 'gateway.ts', '-d', '3s'));
      serving.kill('SIGINT');
      assert.deepEqual(await once(serving, 'exit'), [0, null]);
      await assert.rejects(fetch(`${url}/health/live`));
    } finally {
      serving.kill('SIGKILL');
      await rm(folder, { recursive: true });
    }
  });
}

async function firstAddress(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) if (line.startsWith('http')) return line;
  return assert.fail('it ended without an address');
}
