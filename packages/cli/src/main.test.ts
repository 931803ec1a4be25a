import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JudgedResult } from '@millrace/load';
import type { ProofResult } from '@millrace/load/prove';
import { renderLoadTable } from '@millrace/load/report';
import { createRandom } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import { assertOneLine, type Ended, type Running, startIn } from './command-child.test.ts';

const SERVICE = new URL('./small-service.test.ts', import.meta.url).pathname;
const SEED = propertySeed().seed ?? 1;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (args: readonly string[], env?: Record<string, string>): Running => startIn(folder, args, env);
const run = (args: readonly string[], env?: Record<string, string>): Promise<Ended> => start(args, env).ended;
const proveWith = (fault: string, ...flags: string[]): Promise<Ended> =>
  run(['prove', SERVICE, '--quick', ...flags], { SMALL_SERVICE: fault });

const logged = (): string[] =>
  existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n') : [];

/** Every round was freed, the service was closed, and no arm listens any more. */
async function assertNothingLeft(): Promise<void> {
  const lines = logged();
  const of = (verb: string): string[] =>
    lines
      .filter((line) => line.startsWith(verb))
      .map((line) => line.slice(verb.length + 1))
      .toSorted();
  assert.deepEqual(of('free'), of('start'));
  if (lines.includes('prepare')) assert.equal(lines.at(-1), 'close');
  for (const port of of('start')) assert.equal(await isListening(Number(port)), false, `port ${port} is free`);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });
}

test('[CLI-1] --version', async () => {
  const { code, stdout } = await run(['--version']);
  assert.deepEqual(
    [code, stdout],
    [
      0,
      `${(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version}\n`,
    ],
  );
});

test('[CLI-4] an error of prepare with a code: one line with how to mend it, [CLI-5] and 2', async () => {
  const ended = await proveWith('no-database');
  assert.equal(ended.code, 2);
  assertOneLine(
    ended,
    /^millrace: no database at postgres:\/\/nowhere; start one, or set DATABASE_URL \(MILLRACE_EXAMPLE_NO_DATABASE\)$/,
  );
});

test('[CLI-5] a port in use ends with 2, what nobody expected with 1', async () => {
  const [port, unexpected] = await Promise.all([proveWith('port-in-use'), proveWith('unexpected')]);
  assert.deepEqual([port.code, unexpected.code], [2, 1]);
  assertOneLine(port, /EADDRINUSE/);
  assertOneLine(unexpected, /unexpected: a fault \| of two lines \(--debug shows where\)/);
});

test('[CLI-4] --debug prints the stack', async () => {
  const { code, stderr } = await proveWith('unexpected', '--debug');
  assert.equal(code, 1);
  assert.match(stderr, /^ {4}at .*small-service/m);
});

test('[CLI-5, CLI-23] an arm that dies ends with 3 and leaves nothing, and what was measured is written', async () => {
  const ended = await proveWith('dies');
  assert.equal(ended.code, 3);
  assertOneLine(ended, /arm (slow|fast) ended with exit code 9 during .*MILLRACE_PROVE_ARM_DIED/);
  const { outcome, death } = JSON.parse(readFileSync(join(folder, 'results/proof.json'), 'utf8')) as ProofResult;
  assert.deepEqual([outcome, death?.code], ['died', 'MILLRACE_PROVE_ARM_DIED']);
  assert.match(readFileSync(join(folder, 'results/proof.html'), 'utf8'), /was lost in round 1;/);
  await assertNothingLeft();
});

test('[CLI-6] a proof prints its table, writes result and report, and says where', async () => {
  const ended = await proveWith('', '--once', '--seed', '7');
  assert.ok(ended.code === 0 || ended.code === 4, ended.stderr);
  assert.match(ended.stdout, /\n.*slow .*fast .*slow ÷\n(?:! )?reading items at 200\/s .*\n(.*\n)*? +P50 .*×/);
  assert.match(ended.stdout, /\nresults\/proof\.html\nresults\/proof\.json\n$/);
  const result = JSON.parse(readFileSync(join(folder, 'results/proof.json'), 'utf8')) as ProofResult;
  assert.deepEqual(
    [result.schema, result.seed, result.tier, result.rounds.length],
    ['millrace-proof-result/2', 7, 'quick', 4],
  );
  assert.ok((result.rows[0]?.arms[0]?.response.p50Ms.value ?? 0) >= 7, 'the slow arm waits for 8 ms');
  assert.ok((result.rows[0]?.ratios[0]?.p50Ms.value ?? 0) > 0);
  assert.match(readFileSync(join(folder, 'results/proof.html'), 'utf8'), /^<!doctype html>/);
  assert.match(ended.stderr, /round 4 of 4 · slow · measuring: read/);
  await assertNothingLeft();
});

test('[CLI-19] --capacity searches after the rounds', async () => {
  const ended = await proveWith('', '--capacity');
  assert.ok(ended.code === 0 || ended.code === 4, ended.stderr);
  const { capacity } = JSON.parse(readFileSync(join(folder, 'results/proof.json'), 'utf8')) as ProofResult;
  assert.deepEqual(
    capacity.map(({ id, arms }) => [id, arms.map(({ arm }) => arm)]),
    [['read', ['slow', 'fast']]],
  );
  for (const { steps } of capacity[0]?.arms ?? []) assert.ok(steps.length >= 2, 'two searches an arm');
  assert.match(ended.stderr, /4 rounds, at most \d+:\d\d in all/);
  assert.match(ended.stdout, /planned were at most \d/);
  assert.match(ended.stderr, /searching for the capacity: reading items · 2000\/s/);
  assert.match(ended.stdout, /reading items/);
  await assertNothingLeft();
});

test('[CLI-19] --capacity with nothing to search ends with 2 before anything runs', async () => {
  const ended = await proveWith('no-capacity', '--capacity');
  assert.equal(ended.code, 2);
  assertOneLine(ended, /it has no `capacity` to search for/);
  assert.deepEqual(logged(), ['prepare', 'close']);
});

test('[CLI-7] arms that answer differently end with 5, and the report says where', async () => {
  const ended = await proveWith('differs', '--json', 'a/b/r.json', '--html', 'a/c/r.html');
  assert.equal(ended.code, 5);
  assert.match(ended.stdout, /the items · \$\.body\.items\[2\]\n {2}slow: 8\n {2}fast: 1/);
  assert.match(readFileSync(join(folder, 'a/c/r.html'), 'utf8'), /\$\.body\.items\[2\]/);
  await assertNothingLeft();
});

test('[CLI-16] --lang zh-CN: table, report and progress in Chinese', async () => {
  const ended = await proveWith('differs', '--lang', 'zh-CN');
  assert.equal(ended.code, 5);
  assert.match(ended.stdout, /^优化前后对比 · small service\n[\s\S]*应答有 1 处不一致/);
  assert.match(ended.stderr, /比对应答/);
  assert.match(readFileSync(join(folder, 'results/proof.html'), 'utf8'), /<html lang="zh-CN">/);
});

test('[CLI-16] a Chinese locale: load run in Chinese, errors in English', async () => {
  const server = createServer((_, response) => void response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const flags = ['load', 'run', '-R', '50', '-d', '200ms', '--url'];
  const [done, refused] = await Promise.all([
    run([...flags, `http://127.0.0.1:${port}/`], { LC_ALL: '', LC_MESSAGES: '', LANG: 'zh_CN.UTF-8' }),
    run([...flags, 'http://192.0.2.1'], { LC_ALL: 'zh_CN.UTF-8' }),
  ]);
  server.close();
  assert.match(done.stdout, /每秒 50\.0 个请求，持续 0\.200 秒[\s\S]*请求数 +平均/);
  assert.match(done.stdout, done.code === 0 ? /有效：/ : /无效：/);
  assertOneLine(refused, /MILLRACE_LOAD_TARGET_REFUSED/);
});

test('[CLI-8] a module that is missing, broken or without a proof', async () => {
  await writeFile(join(folder, 'broken.ts'), 'export const proof = (;\n');
  await writeFile(join(folder, 'empty.ts'), 'export const proof = { name: "x" };\n');
  const outcomes = await Promise.all(['missing.ts', 'broken.ts', 'empty.ts'].map((file) => run(['prove', file])));
  for (const ended of outcomes) {
    assert.equal(ended.code, 2);
    assertOneLine(ended, /MILLRACE_CLI_MANIFEST_UNUSABLE/);
  }
  const [missing] = outcomes;
  if (missing) assertOneLine(missing, /the manifest missing\.ts cannot be used: there is no such file; name a module/);
});

test('[CLI-20] a scenario or a switch that the manifest does not have is refused before anything runs', async () => {
  const [scenario, only, ablate, repeat] = await Promise.all([
    proveWith('', '--scenario', 'reading,flying'),
    proveWith('', '--ablate', '--only', 'slow.flight'),
    proveWith('', '--ablate', '--scenario', 'writing'),
    run(['prove', SERVICE, '--repeat', 'missing.json']),
  ]);
  for (const ended of [scenario, only, ablate, repeat]) assert.equal(ended.code, 2);
  assertOneLine(
    scenario,
    /no scenario flying; choose among those that it has: reading, writing \(MILLRACE_PROVE_SCENARIO_UNKNOWN\)/,
  );
  assertOneLine(
    only,
    /no ablation slow\.flight .*; choose among those that it has: slow\.again \(MILLRACE_PROVE_ABLATION_UNKNOWN\)/,
  );
  assertOneLine(ablate, /no ablation at all .*; choose among those that it has: none/);
  assertOneLine(repeat, /missing\.json cannot be repeated: .*MILLRACE_CLI_RESULT_UNUSABLE/);
  assert.deepEqual(logged(), []);
});

test('[CLI-21] a proof is run again as its result says', async () => {
  await proveWith('', '--seed', '7', '--blocks', '1', '--scenario', 'reading', '--json', 'first.json');
  const again = await run(['prove', SERVICE, '--repeat', 'first.json', '--json', 'again.json']);
  assert.ok(again.code === 0 || again.code === 4, again.stderr);
  const [first, second] = ['first.json', 'again.json'].map((file) => {
    const result = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProofResult;
    const { tier, scenarios, blocks, seed, arms, rounds, plannedSeconds } = result;
    const seeds = rounds.flatMap(({ phases }) => phases.flatMap(({ streams }) => streams.map((one) => one.seed)));
    return { tier, scenarios, blocks, seed, arms, plannedSeconds, seeds };
  });
  assert.deepEqual(first, second);
  assert.deepEqual([first?.seed, first?.scenarios, first?.seeds.length], [7, ['reading'], 2]);
  assert.match(again.stdout, /\nTook \d+\.\d s; planned were \d+\.\d s\.\n/);
  assert.match(again.stderr, /2 rounds, about 0:\d\d in all/);
});

test('[CLI-9] a result file that cannot be written is known before anything runs', async () => {
  await writeFile(join(folder, 'file'), '');
  // Node's own recursive mkdir never comes back from the last one.
  for (const file of ['file/r.json', '.', '/proc/nope/r.json']) {
    const ended = await proveWith('', '--json', file);
    assert.equal(ended.code, 2);
    assertOneLine(ended, /cannot be written.*MILLRACE_CLI_OUTPUT_UNWRITABLE/);
    assert.deepEqual(logged(), []);
  }
  const ended = await proveWith('', '--html', '.');
  assertOneLine(ended, /\. cannot be written.*MILLRACE_CLI_OUTPUT_UNWRITABLE/);
  assert.deepEqual(readdirSync(join(folder, 'results')), [], 'no trial of the other file is left');
});

test('[CLI-11] load run prints the table and the verdict and writes the JSON', async () => {
  const server = createServer((_, response) => void response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const flags = ['-R', '100', '-d', '500ms', '--json', 'r.json'];
  const ended = await run(['load', 'run', '--url', `http://127.0.0.1:${port}/a?b=c`, ...flags]);
  server.close();
  assert.ok(ended.code === 0 || ended.code === 4, ended.stderr);
  assert.match(ended.stdout, /GET \/a\?b=c +50 /);
  assert.match(ended.stdout, ended.code === 0 ? /Valid: / : /Invalid: /);
  const result = JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')) as JudgedResult;
  assert.deepEqual([result.schema, result.total.ok], ['millrace-load-result/2', 50]);
  const [onErrors] = result.thresholds;
  assert.deepEqual([onErrors?.threshold.text, onErrors?.value, onErrors?.outcome], ['errors<=1%', 0, 'met']);
  assert.ok(ended.stdout.endsWith(`${renderLoadTable(result, result)}\nr.json\n`), 'the file says what the table said');
});

test('[CLI-18] a target that refuses, or that dies midway, ends with 6 and is not called good', async () => {
  const refusing = createServer((_, response) => void response.writeHead(503).end()).listen(0, '127.0.0.1');
  const dying = createServer((_, response) => void response.end('ok')).listen(0, '127.0.0.1');
  await Promise.all([once(refusing, 'listening'), once(dying, 'listening')]);
  const url = (server: typeof dying): string => `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
  const flags = ['-R', '50', '-d', '600ms', '--timeout', '2s'];
  const refused = start(['load', 'run', '--url', url(refusing), ...flags, '--threshold', 'http.max<9s']);
  const died = start(['load', 'run', '--url', url(dying), ...flags]);
  dying.once('request', () => {
    dying.close();
    dying.closeAllConnections();
  });
  const [one, two] = await Promise.all([refused.ended, died.ended]);
  refusing.close();
  for (const { code, stdout } of [one, two]) {
    // A starved generator is said before anything that the service did.
    assert.ok(code === 6 || (code === 4 && stdout.includes('Invalid:')), `${code} ${stdout}`);
    assert.match(stdout, /missed +errors<=1%/);
  }
  assert.match(one.stdout, /30 status \(100 %\)/);
  assert.match(one.stdout, /Answers by status\nGET \/ +503 × 30/);
  assert.match(two.stdout, /\d+ connect/);
  assert.doesNotMatch(two.stdout, /2,0\d\d/, 'nothing waited for as long as the timeout');
});

test('[CLI-12] load run: one Ctrl-C says that it stops, reports, and blames nobody for what was cut off', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { child, ended } = start([
    'load',
    'run',
    '--url',
    `http://127.0.0.1:${port}/`,
    '-R',
    '50',
    '-d',
    '60',
    '-c',
    '4',
  ]);
  await once(server, 'request');
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  server.close();
  server.closeAllConnections();
  assert.equal(code, 130);
  assert.equal(stderr, 'stopping; press again to end at once\n');
  assert.match(stdout, /Interrupted: .* [1-9]\d* requests were cut off/);
  assert.doesNotMatch(stdout, /timeout|unsent/);
});

test('[CLI-5] load run: nobody listens, 3; a public address, 2', async () => {
  const flags = ['--qps', '5', '-d', '1'];
  const [nobody, outside] = await Promise.all([
    run(['load', 'run', '--url', 'http://127.0.0.1:9', ...flags]),
    run(['load', 'run', '--url', 'http://192.0.2.1', ...flags]),
  ]);
  assert.deepEqual([nobody.code, outside.code], [3, 2]);
  assertOneLine(nobody, /MILLRACE_LOAD_TARGET_UNREACHABLE/);
  assertOneLine(outside, /MILLRACE_LOAD_TARGET_REFUSED/);
});

test('[CLI-12] one Ctrl-C while measuring: a partial report and nothing left', async () => {
  const { child, ended } = start(['prove', SERVICE, '--quick']);
  while (!logged().some((line, i) => line.startsWith('start') && i > 6)) await sleep(20);
  await sleep(300);
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 130);
  assert.match(stdout, /Interrupted/);
  assert.match(stderr, /^stopping; press again to end at once$/m);
  const result = JSON.parse(readFileSync(join(folder, 'results/proof.json'), 'utf8')) as ProofResult;
  assert.equal(result.outcome, 'interrupted');
  await assertNothingLeft();
});

test('[CLI-12] one Ctrl-C at a seeded moment leaves nothing', async () => {
  const random = createRandom(SEED);
  for (let i = 0; i < 4; i++) {
    const moment = random.int(2500);
    const { child, ended } = start(['prove', SERVICE, '--quick']);
    await sleep(moment);
    child.kill(i % 2 === 0 ? 'SIGINT' : 'SIGTERM');
    const { code, signal } = await ended;
    assert.ok(code === 130 || signal !== null, `at ${moment} ms, seed ${SEED}: ${code}`);
    await assertNothingLeft();
    await rm(join(folder, 'log'), { force: true });
  }
});

test('[CLI-13] a second Ctrl-C does not wait for an arm that does not listen', async () => {
  const { child, ended } = start(['prove', SERVICE, '--quick'], { SMALL_SERVICE: 'deaf' });
  while (logged().filter((line) => line.startsWith('start')).length < 3) await sleep(20);
  await sleep(300);
  const before = performance.now();
  child.kill('SIGINT');
  await sleep(500);
  child.kill('SIGINT');
  const { code } = await ended;
  assert.equal(code, 130);
  assert.ok(performance.now() - before < 4000, 'less than the bound for SIGTERM');
  await assertNothingLeft();
});

test('[CLI-14] a closed output pipe does not stop the clean-up', async () => {
  const { child, ended } = start(['prove', SERVICE, '--quick']);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const { code } = await ended;
  assert.ok(code === 0 || code === 4, String(code));
  assert.ok(existsSync(join(folder, 'results/proof.html')));
  await assertNothingLeft();
});
