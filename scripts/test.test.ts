import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

/** A tree with the test command, services that only write down what happens to them, and a few test files. */
const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "type": "module" }',
  'scripts/services/index.ts': `
    import { appendFileSync } from 'node:fs';
    const note = (event: string) => appendFileSync(new URL('../../events', import.meta.url), event + '\\n');
    export async function startTestServices() {
      note('start');
      return { environment: { PLANTED_SERVICE: 'here' }, [Symbol.asyncDispose]: async () => note('close') };
    }`,
  'packages/a/one.test.ts': `
    import { test } from 'node:test';
    test('first of a', (t) => t.diagnostic([process.env.MILLRACE_TEST_SEED, process.env.PLANTED_SERVICE].join(' ')));
    if (process.env.PLANTED_NODE_24 === 'fails') test('fails there', () => { throw new Error('planted'); });`,
  'packages/a/two.deep.test.ts': `import { test } from 'node:test'; test('deep of a', () => {});`,
  'packages/a/three.long.test.ts': `import { test } from 'node:test'; test('long of a', () => {});`,
  'apps/b/fails.test.ts': `import { test } from 'node:test'; test('fails in b', () => { throw new Error('planted'); });`,
  'apps/c/hangs.test.ts': `
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    import { test } from 'node:test';
    test('hangs in c', async () => {
      const child = spawn('sleep', ['60'], { stdio: 'ignore' });
      writeFileSync(new URL('../../pid', import.meta.url), String(child.pid));
      await new Promise(() => {});
    });`,
};

const NODE_24 = `scripts/node_modules/node-${process.platform}-${process.arch}/bin/node`;

let root: string;
const events = (): string => readFileSync(path.join(root, 'events'), 'utf8');

before(() => {
  root = mkdtempSync(path.join(tmpdir(), 'millrace-test-'));
  mkdirSync(path.join(root, 'scripts'));
  for (const file of ['test.ts', 'test-groups.ts'])
    cpSync(path.join(import.meta.dirname, file), path.join(root, 'scripts', file));
});
beforeEach(() => {
  for (const file of ['events', 'pid', 'apps', NODE_24])
    rmSync(path.join(root, file), { recursive: true, force: true });
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
});
after(() => rmSync(root, { recursive: true, force: true }));

/** Puts a command in the place of Node 24 that says so, and goes on as this Node. */
function plantNode24(how: string): void {
  const place = path.join(root, NODE_24);
  mkdirSync(path.dirname(place), { recursive: true });
  const script = `#!/bin/sh\necho on node 24\nPLANTED_NODE_24=${how} exec "${process.execPath}" "$@"\n`;
  writeFileSync(place, script, { mode: 0o755 });
}

function start(args: readonly string[], seed?: string): ChildProcess {
  const { NODE_TEST_CONTEXT: _, MILLRACE_TEST_SEED: __, ...env } = process.env;
  const given = seed === undefined ? {} : { MILLRACE_TEST_SEED: seed };
  return spawn(process.execPath, ['scripts/test.ts', ...args], {
    cwd: root,
    env: { ...env, ...given, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ending(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(chunks).toString() };
}

const run = (args: readonly string[], seed?: string): Promise<{ code: number | null; output: string }> =>
  ending(start(args, seed));

describe('the seed', () => {
  test('[VERIFY-25] one that is given is printed and handed to the tests', async () => {
    const { code, output } = await run(['packages'], '12345');
    assert.equal(code, 0, output);
    assert.match(output, /^npm test: 1 files, seed 12345 \(MILLRACE_TEST_SEED=12345 replays it\)/);
    assert.match(output, /12345 here/);
  });

  test('[VERIFY-25] without one, each run draws its own', async () => {
    const [one, two] = await Promise.all([run(['packages']), run(['packages'])]);
    const seeds = [one, two].map(({ output }) => /seed (\d+)/.exec(output)?.[1]);
    assert.notEqual(seeds[0], seeds[1]);
    assert.match(one.output, new RegExp(`${seeds[0]} here`));
  });

  test('[VERIFY-25] one that is no number is refused before anything starts', async () => {
    for (const seed of ['1e3', '-1', '4294967296']) {
      const { code, output } = await run(['packages'], seed);
      assert.equal(code, 2, output);
      assert.match(output, /MILLRACE_TEST_SEED=\S+ is no whole number below 2\^32/);
    }
    assert.equal(existsSync(path.join(root, 'events')), false);
  });
});

describe('the files', () => {
  test('[VERIFY-26] paths choose files and folders; the long ones run with --long or --deep alone', async () => {
    const quick = await run(['packages/a', 'apps/b/fails.test.ts']);
    assert.match(quick.output, /2 files[\s\S]*first of a/);
    assert.doesNotMatch(quick.output, /deep of a|long of a/);
    const long = await run(['--long']);
    assert.match(long.output, /1 files[\s\S]*long of a/);
    const deep = await run(['--deep', './packages/a/']);
    assert.match(deep.output, /3 files[\s\S]*long of a[\s\S]*deep of a|deep of a[\s\S]*long of a/);
  });

  test('[VERIFY-26] a path without a test is refused', async () => {
    const { code, output } = await run(['packages/b']);
    assert.equal(code, 2);
    assert.match(output, /npm test: no test file at packages\/b \(--deep adds the long ones\)/);
  });

  test('[VERIFY-26] unknown options are refused', async () => {
    const { code, output } = await run(['--dep']);
    assert.equal(code, 2);
    assert.equal(
      output,
      "npm test: Unknown option '--dep'; there are --long, --deep, --node24, --minutes N and paths\n",
    );
    const both = await run(['--deep', '--long']);
    assert.equal(both.code, 2);
    assert.equal(both.output, 'npm test: --deep runs what --long does; give one of them\n');
  });
});

describe('Node 24', () => {
  beforeEach(() => rmSync(path.join(root, 'apps'), { recursive: true }));

  test('[VERIFY-36] a failure there is a failure', async () => {
    plantNode24('fails');
    const { code, output } = await run(['--node24']);
    assert.equal(code, 1, output);
    assert.match(output, /on node 24\n[\s\S]*fail 1\n/);
  });

  test('[VERIFY-36] --node24 runs on it alone, what is published or the paths given', async () => {
    plantNode24('passes');
    for (const args of [['--node24'], ['--node24', 'packages/a/one.test.ts']]) {
      const { code, output } = await run(args);
      assert.equal(code, 0, output);
      assert.match(output, /^npm test: 1 files, seed[^\n]*\non node 24\n/);
      assert.equal(output.match(/\btests 1\n/g)?.length, 1);
    }
  });

  test('[VERIFY-36] it is refused where there is none', async () => {
    const { code, output } = await run(['--node24']);
    assert.equal(code, 2, output);
    assert.match(output, /^npm test: no Node 24 is installed for \w+-\w+; npm ci brings it for Linux\n$/);
  });
});

describe('the end', () => {
  test('[VERIFY-27] the summary of the runner comes last, and its exit code counts', async () => {
    const passing = await run(['packages']);
    assert.equal(passing.code, 0);
    assert.match(passing.output, /\n\S+ tests 1\n[\s\S]*\n\S+ pass 1\n\S+ fail 0\n[\s\S]*\n\S+ duration_ms [\d.]+\n$/);
    const failing = await run(['packages', 'apps/b']);
    assert.equal(failing.code, 1);
    assert.match(failing.output, /\n\S+ tests 2\n[\s\S]*\n\S+ fail 1\n[\s\S]*planted/);
  });

  test('[VERIFY-28] services start once and close, whether tests pass or fail', async () => {
    await run(['packages', 'apps/b']);
    assert.equal(events(), 'start\nclose\n');
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`[VERIFY-28] ${signal} stops the tests and what they started, and closes the services`, async () => {
      const child = start(['apps/c']);
      const ended = ending(child);
      const pid = await plantedPid();
      child.kill(signal);
      assert.equal((await ended).code, code);
      assert.equal(events(), 'start\nclose\n');
      await assertGone(pid);
    });
  }

  test('[VERIFY-29] a run that takes longer than its bound is stopped and fails', async () => {
    const { code, output } = await run(['--minutes', '0.08', 'apps/c']);
    assert.equal(code, 1, output);
    assert.match(output, /npm test: stopped after 0\.08 minutes, the bound of a run/);
    assert.equal(events(), 'start\nclose\n');
    await assertGone(await plantedPid());
  });
});

/** Process id of what the hanging test has started. */
async function plantedPid(): Promise<number> {
  const file = path.join(root, 'pid');
  for (let tries = 0; tries < 400; tries++) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text !== '') return Number(text);
    await setTimeout(25);
  }
  throw new Error('the hanging test has not started');
}

async function assertGone(pid: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await setTimeout(20);
  }
  assert.fail(`process ${pid} is still there`);
}
