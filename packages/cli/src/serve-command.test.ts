import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { assertOneLine, type Running, startIn } from './command-child.test.ts';

const SERVICE = new URL('./small-service.test.ts', import.meta.url).pathname;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-serve-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const serve = (arm: string, fault = '', ...flags: string[]): Running =>
  startIn(folder, ['prove', SERVICE, '--serve', arm, ...flags], { SMALL_SERVICE: fault });

const logged = (): string[] =>
  existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n') : [];

/** What was started was freed, the service was closed, no arm answers, and nothing was written. */
async function assertNothingLeft(): Promise<void> {
  const lines = logged();
  const of = (verb: string): string[] =>
    lines.filter((line) => line.startsWith(verb)).map((line) => line.slice(verb.length + 1));
  assert.deepEqual(of('free'), of('start'));
  assert.equal(lines.at(-1), 'close');
  for (const port of of('start')) await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
  assert.deepEqual(await readdir(folder), ['log']);
}

/** What is printed, once a line of it matches. */
function printed({ child, ended }: Running, of: 'stdout' | 'stderr', line: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child[of]?.on('data', (chunk: string) => {
      text += chunk;
      if (line.test(text)) resolve(text);
    });
    void ended.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`[CLI-74] an arm is up until ${signal}, which ends with 0 and leaves nothing`, async () => {
    const running = serve('slow.again');
    const text = await printed(running, 'stdout', /Ctrl-C.*\n/);
    const [, address = ''] = /^small service · slow again\n(http:\S+)\ndata: three numbers\n/.exec(text) ?? [];
    assert.match(text, /\nNo login is needed\.\nIt serves until Ctrl-C.*\n$/);
    assert.deepEqual(await (await fetch(`${address}/items`)).json(), { items: [1, 2, 3] });
    running.child.kill(signal);
    const { code, stderr } = await running.ended;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /nothing to load[\s\S]*slow again · starting[\s\S]*stopping; press again to end at once\n$/);
    await assertNothingLeft();
  });
}

test('[CLI-74] a Ctrl-C before it is ready ends with 130, and leaves nothing', async () => {
  const running = serve('fast', 'never-ready');
  await printed(running, 'stderr', /fast · starting/);
  running.child.kill('SIGINT');
  const { code, stdout } = await running.ended;
  assert.deepEqual([code, stdout], [130, '']);
  await assertNothingLeft();
});

test('[CLI-74] a second Ctrl-C ends at once, and leaves nothing', async () => {
  const running = serve('fast', 'deaf');
  await printed(running, 'stdout', /Ctrl-C/);
  const heard = printed(running, 'stderr', /stopping/);
  running.child.kill('SIGINT');
  await heard;
  running.child.kill('SIGINT');
  assert.equal((await running.ended).code, 130);
  await assertNothingLeft();
});

test('[CLI-74] an unknown arm ends with 2 before anything runs, and says which there are', async () => {
  const ended = await serve('faster').ended;
  assert.equal(ended.code, 2);
  assertOneLine(ended, /no arm faster; choose among .*: slow, fast, slow\.again \(MILLRACE_PROVE_ARM_UNKNOWN\)/);
  assert.deepEqual(logged(), []);
});

test('[CLI-74] a port in use ends with 2, an arm that dies with 3', async () => {
  const [taken, died] = [await serve('fast', 'taken').ended, await serve('fast', 'dies').ended];
  assertOneLine(taken, /something already listens where arm fast should.*MILLRACE_PROVE_PORT_IN_USE/);
  assertOneLine(died, /arm fast ended with exit code 9 during its service.*.*MILLRACE_PROVE_ARM_DIED/);
  assert.deepEqual([taken.code, died.code], [2, 3]);
  assert.match(died.stdout, /http:/);
  assert.deepEqual(logged().filter((line) => line.startsWith('start')).length, 4);
});

test('[CLI-74, CLI-16] in Chinese', async () => {
  const running = serve('fast', '', '--lang', 'zh-CN');
  const text = await printed(running, 'stdout', /Ctrl-C.*\n/);
  running.child.kill('SIGINT');
  assert.match(text, /\n无需登录。\n持续运行，按 Ctrl-C 结束/);
  assert.equal((await running.ended).code, 0);
});
