import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startArm } from './arm.ts';
import { groupMembers, isAlive, testArm } from './proof-doubles.test.ts';

const BOUNDS = { label: 'the arm', readyTimeoutMs: 10_000, stopTimeoutMs: 5_000 };
const never = new AbortController().signal;

test('[PROVE-3] an arm is ready when it answers, and gone when it is stopped', async () => {
  const arm = await startArm(await testArm(), BOUNDS, never);
  assert.ok(arm.readyMs > 0 && isAlive(arm.pid));
  await arm.stop();
  await sleep(50);
  assert.deepEqual(groupMembers(arm.pid), []);
});

test('[PROVE-14] an arm that never becomes ready: the error says where it was asked, and it is stopped', async () => {
  const process = await testArm({ BEHAVIOUR: 'mute' });
  await assert.rejects(startArm(process, { ...BOUNDS, readyTimeoutMs: 400 }, never), {
    code: 'MILLRACE_PROVE_ARM_NOT_READY',
    message: `arm the arm did not answer 200 on ${process.baseUrl}/ready within 0.4 s`,
  });
});

test('[PROVE-14] an arm that ends before it is ready: the error holds its last output', async () => {
  await assert.rejects(startArm(await testArm({ BEHAVIOUR: 'refuses' }), BOUNDS, never), {
    code: 'MILLRACE_PROVE_ARM_DIED',
    message: 'arm the arm ended with exit code 3 during its start; its last output: no database at all',
  });
});

test('[PROVE-14] the last output holds what the last error said, however long its stack and what follows are', async () => {
  const missing = { ...(await testArm()), command: [process.execPath, '-e', "require('./not-there')"] };
  await assert.rejects(startArm(missing, BOUNDS, never), {
    message: /its last output: .*Error: Cannot find module '\.\/not-there'.* \| .*code: 'MODULE_NOT_FOUND'/,
  });
  const chatty =
    'console.error("Error: no such table"); for (let i = 0; i < 20; i++) console.error("line", i); process.exit(1)';
  await assert.rejects(startArm({ ...missing, command: [process.execPath, '-e', chatty] }, BOUNDS, never), {
    message: /its last output: Error: no such table \| line 12 \| .*line 19$/,
  });
});

test('[PROVE-14] of the last output nobody learns what lets somebody in', async () => {
  const word = `hun${'ter2'}`;
  const script = `console.error('no answer from postgres://me:${word}@db'); console.error('password: ${word}'); process.exit(1)`;
  const leaky = { ...(await testArm()), command: [process.execPath, '-e', script] };
  await assert.rejects(startArm(leaky, BOUNDS, never), {
    message: /its last output: no answer from postgres:\/\/\*\*\*@db \| password: \*\*\*$/,
  });
});

test('[PROVE-14] a command that cannot be started ends the same way', async () => {
  const process = { ...(await testArm()), command: ['/nowhere/at-all', '$HOME; exit 0'] };
  await assert.rejects(startArm(process, BOUNDS, never), {
    code: 'MILLRACE_PROVE_ARM_DIED',
    message: /at-all.*not found/,
  });
});

test('[PROVE-16] a port that somebody else listens on is refused', async () => {
  const stranger = createServer().listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as { port: number };
  const process = { ...(await testArm()), baseUrl: `http://127.0.0.1:${port}` };
  await assert.rejects(startArm(process, BOUNDS, never), { code: 'MILLRACE_PROVE_PORT_IN_USE' });
  stranger.close();
});

test('[PROVE-16] a port that is taken while the arm starts is the same, not the death of the arm', async () => {
  const late = 'console.error("Error: listen EADDRINUSE: address already in use :::80"); process.exit(1)';
  const process = { ...(await testArm()), command: ['node', '-e', late] };
  await assert.rejects(startArm(process, BOUNDS, never), {
    code: 'MILLRACE_PROVE_PORT_IN_USE',
    message: /^something already listens where arm the arm should, on http.*; its last output: .*EADDRINUSE/,
  });
});

test('[PROVE-35] an arm does not inherit what its manifest wants unset', async () => {
  process.env.MILLRACE_TEST_UNSET = 'from the shell';
  process.env.MILLRACE_TEST_KEPT = 'from the shell';
  try {
    const arm = await startArm({ ...(await testArm()), unsetEnv: ['MILLRACE_TEST_UNSET'] }, BOUNDS, never);
    const environment = await readFile(`/proc/${arm.pid}/environ`, 'utf8');
    await arm.stop();
    assert.ok(environment.includes('MILLRACE_TEST_KEPT=') && !environment.includes('MILLRACE_TEST_UNSET='));
  } finally {
    delete process.env.MILLRACE_TEST_UNSET;
    delete process.env.MILLRACE_TEST_KEPT;
  }
});

test('[PROVE-17] the command is not parsed by a shell', async () => {
  const process = await testArm();
  const [program = '', flag = '', source = ''] = process.command;
  const echo = `if (process.argv[1] !== '$(id) "; x') process.exit(9);`;
  const arm = await startArm({ ...process, command: [program, flag, echo + source, '$(id) "; x'] }, BOUNDS, never);
  await arm.stop();
});

test('[PROVE-17] an arm that does not listen to SIGTERM is killed after the bound', async () => {
  const arm = await startArm(await testArm({ BEHAVIOUR: 'deaf' }), { ...BOUNDS, stopTimeoutMs: 300 }, never);
  const start = performance.now();
  await arm.stop();
  assert.ok(performance.now() - start >= 290, 'SIGTERM had its time');
  assert.ok(!isAlive(arm.pid));
});

test('[PROVE-17] the children of an arm end with it', async () => {
  const arm = await startArm(await testArm({ BEHAVIOUR: 'parent' }), BOUNDS, never);
  assert.equal(groupMembers(arm.pid).length, 3, 'the arm, its child, the guard');
  await arm.stop();
  await sleep(50);
  assert.deepEqual(groupMembers(arm.pid), []);
});

test('[PROVE-15] the death of an arm is told with what ran', async () => {
  const arm = await startArm(await testArm(), BOUNDS, never);
  arm.during('phase mix in round 2');
  process.kill(arm.pid, 'SIGKILL');
  await assert.rejects(arm.death, { message: /ended with SIGKILL during phase mix in round 2/ });
  await arm.stop();
});

test('[PROVE-20] a kill ends an arm that does not listen, also while its stop is waited for', async () => {
  for (const after of [0, 100]) {
    const arm = await startArm(await testArm({ BEHAVIOUR: 'deaf' }), { ...BOUNDS, stopTimeoutMs: 60_000 }, never);
    const kill = new AbortController();
    setTimeout(() => kill.abort(), after);
    if (after === 0) kill.abort();
    await arm.stop(kill.signal);
    assert.ok(!isAlive(arm.pid));
  }
});
