import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

test("[FLOW-53] a run without event streams does without Node's HTTP client and its fetch", async () => {
  const loaded = async (importing: string): Promise<string[]> => {
    const script = `${importing}; console.log(JSON.stringify(process.moduleLoadList))`;
    const args = ['--conditions=millrace-source', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
    const unwanted = ['NativeModule http', 'NativeModule internal/deps/undici/undici'];
    return (JSON.parse(stdout) as string[]).filter((module) => unwanted.includes(module));
  };
  assert.equal((await loaded("await import('node:http')")).length, 2);
  assert.deepEqual(await loaded("await import('@millrace/load')"), []);
});
