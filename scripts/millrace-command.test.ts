import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function millrace(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const command = ['run', '--silent', 'millrace', '--', ...args];
  return spawnSync('npm', command, { cwd: ROOT, encoding: 'utf8', env, timeout: 60_000 });
}

test('[CLI-25] npm run millrace hands on the arguments and the exit code', () => {
  const help = millrace('load', '--help');
  assert.deepEqual([help.status, help.stderr], [0, '']);
  assert.match(help.stdout, /^millrace load drives load at a service/);
  const wrong = millrace('load', 'run', '--url', 'http://127.0.0.1:9', '-R', '5', '-d', '1');
  assert.equal(wrong.status, 3, wrong.stderr);
  assert.match(wrong.stderr, /^millrace: .*MILLRACE_LOAD_TARGET_UNREACHABLE\)\n$/m);
});
