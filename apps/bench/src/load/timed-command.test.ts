import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTimed } from './timed-command.ts';

const SPIN = 'const ends = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < ends); console.log("a b")';

test('[BENCH-16] a command is charged with the processor time that it took, and not with its waiting', async () => {
  const spun = await runTimed(process.execPath, ['-e', SPIN]);
  assert.equal(spun.stdout, 'a b\n');
  assert.ok(spun.cpuSeconds >= 0.2, `${spun.cpuSeconds} s`);
  const slept = await runTimed('sleep', ['0.4']);
  assert.ok(slept.cpuSeconds < 0.2, `${slept.cpuSeconds} s`);
});

test('[BENCH-16] a command that fails gives no figure', async () => {
  await assert.rejects(runTimed('sh', ['-c', 'exit 3']), { code: 3 });
});
