import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CapacityStep, FindMaxOptions, FoundMax } from '@millrace/load';
import { runFindMax } from './find-max-command.ts';
import { readFindMaxRequest } from './find-max-request.ts';

const INTERRUPTS = { stop: new AbortController().signal, kill: new AbortController().signal, [Symbol.dispose]() {} };
const ARGS = ['--url', 'http://127.0.0.1:1/items?token=abc', '--slo', 'http.p99<200ms,errors<0.5%', '--lang', 'en'];

function foundOf(more: Partial<FoundMax> = {}): FoundMax {
  const slo = { p99Ms: 200, errorShare: 0.005 };
  const head = { schema: 'millrace-find-max/1', scenario: 'GET /', target: 'http://127.0.0.1:1', slo } as const;
  return {
    ...head,
    ...{ perSecond: 980, missedPerSecond: 1_010, bound: 'exact', limitedBy: 'slo', steps: [] },
    ...more,
  };
}

test('[CLI-71] rates, lengths, SLO and address are taken as they are given; secrets are in no name', () => {
  const { options } = readFindMaxRequest([...ARGS, '--from', '100', '--to', '5000', '--step-duration', '2s'], {});
  const { load, run, ...rest } = options;
  assert.equal(typeof run, 'function');
  assert.deepEqual(rest, {
    ...{ slo: { p99Ms: 200, errorShare: 0.005 }, fromPerSecond: 100, toPerSecond: 5_000, stepMs: 2_000 },
    precision: 0.05,
  });
  const finer = readFindMaxRequest([...ARGS, '--precision', '10%', '--limit', '30m'], {}).options;
  assert.deepEqual([finer.precision, finer.limitMs], [0.1, 1_800_000]);
  assert.equal(load.target, 'http://127.0.0.1:1');
  assert.doesNotMatch(load.scenario.name, /abc/);
});

test('[CLI-71] no address, no SLO, another SLO, rates the wrong way round and an argument are refused', () => {
  const refused = (args: readonly string[], code: string): void =>
    assert.throws(() => readFindMaxRequest(args, {}), { code }, args.join(' '));
  refused(ARGS.slice(2), 'MILLRACE_CLI_USAGE');
  refused(ARGS.slice(0, 2), 'MILLRACE_CLI_USAGE');
  refused([...ARGS, 'more'], 'MILLRACE_CLI_USAGE');
  refused([...ARGS, '--slo', 'http.p95<1'], 'MILLRACE_LOAD_THRESHOLD_INVALID');
  refused([...ARGS, '--precision', '1%'], 'MILLRACE_CLI_FLAG_INVALID');
  refused([...ARGS, '--limit', '2d'], 'MILLRACE_CLI_FLAG_INVALID');
  refused([...ARGS, '--from', '100', '--to', '50'], 'MILLRACE_CLI_FLAG_INVALID');
});

test('[CLI-72] each step is printed as it ends, then what was found; JSON and exit code say the same', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-find-max-'));
  t.after(() => rm(folder, { recursive: true }));
  const write = process.stdout.write.bind(process.stdout);
  const said: string[] = [];
  t.mock.method(process.stdout, 'write', (chunk: string | Uint8Array) =>
    typeof chunk === 'string' ? said.push(chunk) > 0 : write(chunk),
  );
  const json = join(folder, 'found.json');
  const step: CapacityStep = {
    ...{ ratePerSecond: 800, achievedPerSecond: 800, p99Ms: 12, errorShare: 0, outcome: 'met' },
  };
  const run = (found: FoundMax): Promise<number> =>
    runFindMax(readFindMaxRequest([...ARGS, '--json', json], {}), INTERRUPTS, async ({ onStep }: FindMaxOptions) => {
      onStep?.(step);
      assert.match(said.at(-1) ?? '', /800 .* met\n$/);
      return found;
    });
  assert.equal(await run(foundOf()), 0);
  assert.match(said[0] ?? '', /\nIt takes \d+:\d\d at most, or 10:15 where/, 'before the first step');
  assert.match(said.join(''), /980\/s meets the SLO, 1,010\/s does not\./);
  assert.deepEqual(JSON.parse(await readFile(json, 'utf8')), foundOf());
  const bound = { bound: 'at-least', limitedBy: 'generator' } as const;
  assert.equal(await run(foundOf(bound)), 0);
  assert.equal(await run(foundOf({ perSecond: 0 })), 6);
  assert.equal(await run(foundOf({ ...bound, perSecond: null })), 4);
  assert.equal(await run(foundOf({ ...bound, perSecond: null, limitedBy: 'unsettled' })), 7);
  assert.equal(await run(foundOf({ bound: 'at-least', limitedBy: 'stopped' })), 130);
  assert.equal(await run(foundOf({ bound: 'at-least', limitedBy: 'died' })), 3);
  assert.match(await readFile(json, 'utf8'), /"died"/);
});
