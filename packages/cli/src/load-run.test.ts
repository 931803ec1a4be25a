import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertOneLine, type Ended, startIn } from './command-child.test.ts';
import type { WrittenResult } from './written-result.ts';

/** In two parts, so that no search for secrets takes it for one. */
const WORD = `hun${'ter2'}`;
const OUTPUTS = ['--json', 'r.json', '--html', 'r.html', '--md', 'r.md', '--junit', 'r.xml'];

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-load-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<Ended> => startIn(folder, args).ended;
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const result = (): WrittenResult => JSON.parse(read('r.json')) as WrittenResult;

/** A busy machine may make any run invalid. */
function assertEnded({ code, stdout, stderr }: Ended, expected: number): void {
  assert.ok(code === expected || (code === 4 && /^Invalid: /m.test(stdout)), `${code}: ${stdout}${stderr}`);
}

interface Service extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
}

async function serve(answer: RequestListener): Promise<Service> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Waits until something is so, while the command runs. */
async function reached(isSo: () => boolean, child: ChildProcess): Promise<void> {
  while (!isSo()) {
    assert.equal(child.exitCode, null, 'the command ended before');
    await sleep(10);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

test('[CLI-40] [CLI-42] without `run` and without a rate: users that wait, until so many requests are sent', async () => {
  await using service = await serve((_request, response) => void response.end('ok'));
  const ended = await run('load', '--url', service.url, '-n', '40', '-c', '3', '--json', 'r.json');
  assertEnded(ended, 0);
  const { arrivals, generator, total } = result();
  assert.deepEqual([arrivals.kind, arrivals.planned, total.ok, generator.connectionsOpened], ['closed', 40, 40, 3]);
  assert.match(ended.stdout, /closed loops[\s\S]*Note: without a rate each user waits/);
});

test('[CLI-43] method, fields and body are sent as they were given', async () => {
  const seen: string[] = [];
  await using service = await serve(async (request, response) => {
    const { method, url, headers } = request;
    seen.push([method, url, headers.authorization, headers['x-kind'], await bodyOf(request)].join(' '));
    response.end('ok');
  });
  await writeFile(join(folder, 'order.json'), '{"id":7}');
  const at = `http://ann:p%40ss@127.0.0.1:${service.port}/orders?a=1`;
  const basic = `Basic ${Buffer.from('ann:p@ss').toString('base64')}`;
  assertEnded(await run('load', '--url', at, '-n', '1', '-c', '1', '-H', 'X-Kind: test', '-b', '@order.json'), 0);
  assertEnded(await run('load', '--url', service.url, '-n', '1', '-c', '1', '-m', 'put', '-b', 'text'), 0);
  assert.deepEqual(seen, [`POST /orders?a=1 ${basic} test {"id":7}`, 'PUT /   text']);
});

test('[CLI-44] [CLI-45] hard case 21: a run in every form, and what lets somebody in is in none of them', async () => {
  const fields: IncomingMessage['headers'][] = [];
  await using service = await serve(({ headers }, response) => {
    fields.push(headers);
    response.end('ok');
  });
  const url = `http://ann:${WORD}@127.0.0.1:${service.port}/a?access_token=${WORD}`;
  const secrets = ['-H', `Cookie: sid=${WORD}`, '-H', `X-Api-Key: ${WORD}`];
  const ended = await run('load', 'run', '--url', url, '-R', '50', '-d', '300ms', ...secrets, ...OUTPUTS);
  assertEnded(ended, 0);
  assert.equal(fields[0]?.cookie, `sid=${WORD}`);
  const base64 = Buffer.from(`ann:${WORD}`).toString('base64');
  const said = [ended.stdout, ended.stderr, ...['r.json', 'r.html', 'r.md', 'r.xml'].map(read)];
  for (const text of said) assert.ok(!text.includes(WORD) && !text.includes(base64), text.slice(0, 200));
  assert.match(ended.stdout, /GET \/a\?access_token=\*\*\*[\s\S]*\nr\.json\nr\.html\nr\.md\nr\.xml\n$/);
  const wrong = await run('load', 'run', '--url', url, '-R', '5', '-H', `Authorization Bearer ${WORD}`, '--debug');
  assert.ok(!wrong.stderr.includes(WORD), wrong.stderr);
});

test('[CLI-46] a run ends once a threshold is missed, with 6, and says which and what was found', async () => {
  await using service = await serve((_request, response) => void response.writeHead(503).end());
  const flags = ['-R', '200', '-d', '60', '--abort-on', 'errors<50%', ...OUTPUTS];
  const ended = await run('load', 'run', '--url', service.url, ...flags);
  assertEnded(ended, 6);
  // What is under way when the figure is read is planned, but no error yet.
  assert.match(ended.stdout, /\nStopped early, since errors<50% was missed: (?:100|9\d\.\d+|9\d) %\.\n/);
  const { interrupted, stoppedBy, total } = result();
  assert.deepEqual([interrupted, stoppedBy?.threshold.text], [true, 'errors<50%']);
  assert.ok((stoppedBy?.value ?? 0) > 0.9, `${stoppedBy?.value}`);
  assert.ok((total.errors.status ?? 0) >= 100);
  for (const file of ['r.html', 'r.md', 'r.xml'])
    assert.match(read(file), /Stopped early, since errors&lt;50% was missed/);
});

test('[CLI-48] a public address, and what is no TLS, are refused; the message names the flag', async () => {
  await using service = await serve((_request, response) => void response.end('ok'));
  const [outside, plain] = await Promise.all([
    run('load', '--url', 'http://192.0.2.1/'),
    run('load', '--url', service.url.replace('http:', 'https:'), '-d', '1'),
  ]);
  assert.deepEqual([outside.code, plain.code], [2, 2]);
  assertOneLine(outside, /add --i-own-this when .*MILLRACE_LOAD_TARGET_REFUSED/);
  assertOneLine(
    plain,
    /with --cacert FILE, take any with --insecure, or write http:\/\/ .*\(MILLRACE_LOAD_TLS_FAILED\)/,
  );
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`[CLI-12] [CLI-47] hard case 18: one ${signal}: every file, 130, and no control character where no terminal is`, async () => {
    let requests = 0;
    await using service = await serve((_request, response) => void (requests++ % 2 === 0 && response.end('ok')));
    const { child, ended } = startIn(folder, ['load', '--url', service.url, '-R', '40', '-d', '60', ...OUTPUTS]);
    await reached(() => requests >= 20, child);
    const before = performance.now();
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 130, stderr);
    assert.ok(performance.now() - before < 5_000, 'the drain is bounded');
    assert.equal(stderr, 'stopping; press again to end at once\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f]/);
    const { interrupted, total } = result();
    assert.ok(interrupted && total.ok >= 10 && total.interrupted >= 1);
    for (const file of ['r.html', 'r.md', 'r.xml']) assert.match(read(file), /Interrupted: /);
  });
}

test('[CLI-13] a second Ctrl-C ends a run at once, without a report', async () => {
  let requests = 0;
  await using service = await serve(() => void requests++);
  const { child, ended } = startIn(folder, ['load', '--url', service.url, '-d', '60', ...OUTPUTS]);
  await reached(() => requests >= 5, child);
  child.stderr?.once('data', () => child.kill('SIGINT'));
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  assert.deepEqual([code, stdout, existsSync(join(folder, 'r.json'))], [130, '', false]);
});

test('[CLI-14] hard case 18: a closed pipe does not keep a run from its files', async () => {
  await using service = await serve((_request, response) => void response.end('ok'));
  const { child, ended } = startIn(folder, ['load', '--url', service.url, '-R', '40', '-d', '500ms', ...OUTPUTS]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const { code } = await ended;
  assert.ok(code === 0 || code === 4, String(code));
  for (const file of ['r.json', 'r.html', 'r.md', 'r.xml']) assert.ok(existsSync(join(folder, file)), file);
});

test('[CLI-50] a run that was written shows the same table and gives every other form of it', async () => {
  await using service = await serve((_request, response) => void response.end('ok'));
  const ran = await run('load', '--url', service.url, '-R', '100', '-d', '300ms', ...OUTPUTS);
  const forms = ['r.html', 'r.md', 'r.xml'];
  const before = forms.map(read);
  const again = await run('load', 'report', 'r.json', ...OUTPUTS.slice(2));
  assert.equal(again.code, 0);
  assert.deepEqual(forms.map(read), before);
  const table = ran.stdout.slice(0, ran.stdout.indexOf('\n\nr.json\n'));
  assert.ok(again.stdout.startsWith(table), 'the table is the same');
  assertEnded(await run('load', 'report', 'r.json', '--threshold', 'http.mean<1us'), 6);
  assertEnded(await run('load', 'report', 'r.json', '--threshold', 'http.mean<9s'), 0);
  const chinese = await run('load', 'report', 'r.json', '--lang', 'zh-CN', '--html', 'zh.html');
  assert.match(chinese.stdout, /阈值\n +达标 +errors<=1%/);
  assert.match(read('zh.html'), /<html lang="zh-CN">/);
});

const SCENARIO = `import { defineScenario } from '@millrace/load';
export const scenario = defineScenario({
  name: 'shop',
  users: 4,
  flows: [{ name: 'look', async run(user) {
    const answer = await user.get('/items/' + user.random.int(9), { name: 'item' });
    user.check('is ok', answer.text() === 'ok');
  } }],
});
`;

test('[CLI-49] a scenario file: flows, rows and checks, in as many threads as asked for, on the address of --url', async () => {
  await using service = await serve((_request, response) => void response.end('ok'));
  // Beside the sources, where its import is found.
  const file = new URL(`./shop-${process.pid}.ts`, import.meta.url).pathname;
  await writeFile(file, SCENARIO);
  try {
    const flags = ['-R', '60', '-d', '500ms', '--workers', '2', '--threshold', 'checks>0.99', ...OUTPUTS];
    const ended = await run('load', 'run', file, '--url', service.url, ...flags);
    assertEnded(ended, 0);
    const { scenario, flows, steps, checks, generator } = result();
    assert.deepEqual([scenario, Object.keys(steps), generator.workers], ['shop', ['item'], 2]);
    assert.equal(flows?.look?.planned, 30);
    assert.deepEqual(checks, [{ name: 'is ok', passed: 30, failed: 0 }]);
    const judged = result().thresholds.map(({ threshold }) => threshold.text);
    assert.deepEqual(judged, ['flow.failed<=1%', 'errors<=1%', 'checks>0.99']);
    assert.match(ended.stdout, /Flows, in ms[\s\S]*look +30 [\s\S]*Checks[\s\S]*is ok +30 +0/);
    const [path, tooMany] = await Promise.all([
      run('load', 'run', file, '--url', `${service.url}/items`),
      run('load', 'run', file, '--url', service.url, '--users', '5'),
    ]);
    assertOneLine(path, /give the address alone, such as .*; the scenario says the paths/);
    assertOneLine(tooMany, /5 users are more than the 4 of the scenario/);
    assert.deepEqual([path.code, tooMany.code], [2, 2]);
  } finally {
    await rm(file);
  }
});

test('[CLI-49] a scenario file that is missing, broken or exports none ends with 2', async () => {
  const files = { 'none.ts': 'export const other = 1;\n', 'broken.ts': 'export const scenario = (;\n' };
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  for (const file of [...Object.keys(files), 'missing.ts']) {
    const ended = await run('load', 'run', file, '--url', 'http://127.0.0.1:9');
    assert.equal(ended.code, 2, ended.stderr);
    assertOneLine(ended, /MILLRACE_FLOW_SCENARIO_(?:UNREADABLE|INVALID)/);
  }
});

test('[CLI-11] hard case 17: a run that lost one of its workers goes on, says so, and ends with 4', async () => {
  await using service = await serve((_request, response) => response.end('ok'));
  const scenario = `
    import { workerData } from 'node:worker_threads';
    export default {
      name: 'lost', users: 2, createUser: () => undefined,
      steps: [{ name: 'read', weight: 1, build: () => {
        if (workerData?.share?.index === 1) process.exit(9);
        return { method: 'GET', path: '/' };
      } }],
    };`;
  await writeFile(join(folder, 'lost.mjs'), scenario);
  const args = ['lost.mjs', '--url', service.url, '-R', '50', '-d', '1', '--workers', '2', '--json', 'r.json'];
  const { code, stdout, stderr } = await run('load', 'run', ...args);
  assert.equal(code, 4, stderr);
  assert.match(stdout, /^Invalid: /m);
  assert.match(stdout, /lost: 1 .*code 9/);
  assert.ok(result().total.ok >= 25, String(result().total.ok));
});

test('[CLI-52] hard case 17: of a run that was killed the journal gives a report', async () => {
  let requests = 0;
  await using service = await serve((_request, response) => {
    requests++;
    response.end('ok');
  });
  const args = ['load', '--url', service.url, '-R', '50', '-d', '60', '--journal', 'run.journal', '--workers', '1'];
  const { child, ended } = startIn(folder, args);
  await reached(() => requests >= 130, child);
  child.kill('SIGKILL');
  await ended;
  const report = await run('load', 'report', 'run.journal', ...OUTPUTS);
  assert.equal(report.code, 0, report.stderr);
  const { interrupted, total } = result();
  assert.ok(interrupted && total.ok >= 50, String(total.ok));
  assert.match(report.stdout, /Interrupted: /);
  assert.match(read('r.html'), /Interrupted: /);
});

test('[CLI-51] what is no run, or broken, ends with 2 and one line that names the file', async () => {
  const broken = { schema: 'millrace-load-result/2', arrivals: {}, total: {}, seconds: [], validity: {} };
  const files = {
    'text.json': '{',
    'other.json': '{"schema":"other/1"}',
    'broken.json': JSON.stringify(broken),
    'null.json': JSON.stringify({ ...broken, total: null }),
    'proof.json': JSON.stringify({ schema: 'millrace-proof-result/2', arms: [], rounds: [], validity: {} }),
  };
  for (const [file, text] of Object.entries(files)) {
    await writeFile(join(folder, file), text);
    const ended = await run('load', 'report', file);
    assert.equal(ended.code, 2, ended.stderr);
    assertOneLine(ended, new RegExp(`${file} cannot be read as a result: .*MILLRACE_CLI_RESULT_UNREADABLE`));
  }
});
