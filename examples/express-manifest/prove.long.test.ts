import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ProofResult, prove } from '@millrace/load/prove';
import { withFault } from './faulty-proof.test.ts';

const MILLRACE = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const MANIFEST = fileURLToPath(new URL('./prove.ts', import.meta.url));
const FAULTY = fileURLToPath(new URL('./faulty-proof.test.ts', import.meta.url));

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-example-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `millrace prove MANIFEST --quick`, as the guide says it, with rounds that send for half a second. */
async function runProve(manifest: string, fault = '', stopAt?: RegExp): Promise<Ended> {
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
  const child = spawn(process.execPath, [MILLRACE, 'prove', manifest, '--quick'], {
    cwd: folder,
    env: {
      ...outer,
      NODE_OPTIONS: '--conditions=millrace-source',
      TMPDIR: folder,
      LC_ALL: 'C',
      PROVE_SECONDS: '0.5',
      FAULT: fault,
    },
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      if (stopAt?.test(chunk)) child.kill('SIGINT');
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}

/** Nothing of the proof is on the disk, and nobody has a file of it open. */
function assertNothingLeft(): void {
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'results'),
    [],
  );
  const open = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(filesOf)
    .filter((file) => file.startsWith(`${folder}/order-service`));
  assert.deepEqual(open, []);
}

function filesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

test('[GUIDE-2] the table, the result and the report', async () => {
  const { code, stdout, stderr } = await runProve(MANIFEST);
  // A machine that is too busy for a short run is said to be; that is the generator's verdict, not the service's.
  if (code !== 4) assert.equal(code, 0, stderr);
  assert.match(stdout, /all requests, 100\/s/);
  assert.match(stdout, /the report/);
  assert.match(stdout, /CPU per request/);
  assert.match(stdout, /database queries per request/);
  const result = JSON.parse(readFileSync(join(folder, 'results/proof.json'), 'utf8')) as ProofResult;
  assert.deepEqual([result.outcome, result.digests.requests, result.digests.mismatches], ['complete', 6, []]);
  assert.deepEqual(
    result.rounds.map(({ arm }) => arm),
    ['computed', 'cached', 'cached', 'computed'],
  );
  const queries = result.costs.find(({ id }) => id === 'db-queries')?.arms.map(({ value }) => value ?? 0) ?? [];
  assert.ok((queries[0] ?? 0) > (queries[1] ?? 0), `the cache saves queries: ${queries}`);
  assert.match(readFileSync(join(folder, 'results/proof.html'), 'utf8'), /order service/);
  assertNothingLeft();
});

test('[GUIDE-3] an answer that differs: which request, where, and both values', async () => {
  const { code, stdout } = await runProve(FAULTY, 'differs');
  assert.equal(code, 5);
  assert.match(stdout, /one order.*\$\.body\.amount/);
  const { digests, rounds } = JSON.parse(readFileSync(join(folder, 'results/proof.json'), 'utf8')) as ProofResult;
  const [first] = digests.mismatches;
  assert.deepEqual([first?.request, first?.path, rounds], ['one order', '$.body.amount', []]);
  assert.equal(Number(first?.after), Number(first?.before) + 1);
  for (const value of [first?.before, first?.after]) assert.ok(stdout.includes(String(value)), `${value} is printed`);
  assertNothingLeft();
});

test('[GUIDE-4] an arm that never becomes ready: the URL and its last output', async () => {
  const proving = prove(withFault('never-ready'), { tier: 'quick', blocks: 1, readyTimeoutMs: 3_000 });
  await assert.rejects(proving, {
    code: 'MILLRACE_PROVE_ARM_NOT_READY',
    message:
      /arm report computed did not answer 200 on http:\/\/127\.0\.0\.1:\d+\/ready within 3 s.*waiting for a licence/,
  });
});

test('[GUIDE-5] an arm that dies in a round: when, how, and its last output', async () => {
  const { code, stderr } = await runProve(FAULTY, 'dies');
  assert.equal(code, 3);
  assert.match(
    stderr,
    /^millrace: arm report cached ended with exit code 9 during .*; its last output: .*out of memory.*\(MILLRACE_PROVE_ARM_DIED\)$/m,
  );
  assertNothingLeft();
});

test('[GUIDE-6] a Ctrl-C in a round ends with 130, and nothing is left', async () => {
  const { code } = await runProve(MANIFEST, '', /round 1 of 4 .* measuring/);
  assert.equal(code, 130);
  assertNothingLeft();
});
