import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Comparison, LoadResult } from '@millrace/load';
import { Histogram } from 'millrace/core';
import { runCommand } from './command.ts';
import { readCompareRequest } from './compare-command.ts';

const INTERRUPTS = { stop: new AbortController().signal, kill: new AbortController().signal, [Symbol.dispose]() {} };

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-compare-'));
});
after(() => rm(folder, { recursive: true }));

/** What is printed meanwhile; the test runner's own reports, which are bytes, go on. */
function listen(t: TestContext): string[] {
  const said: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  t.mock.method(process.stdout, 'write', (chunk: string | Uint8Array) =>
    typeof chunk === 'string' ? said.push(chunk) > 0 : write(chunk),
  );
  return said;
}

let started = 0;

function resultOf(ms: number, more: Partial<LoadResult> = {}): LoadResult {
  const times = new Histogram();
  for (let i = 0; i < 1_000; i++) times.record(ms * (900 + i / 5));
  const [histogram, none] = [times.snapshot(), new Histogram().snapshot()];
  started += 1;
  return {
    ...{ schema: 'millrace-load-result/2', scenario: 'GET /', target: 'http://127.0.0.1:1', seed: 1 },
    startedAt: new Date(started * 60_000).toISOString(),
    arrivals: { kind: 'constant', poisson: false, planned: 1_000, durationMs: 10_000, targetPerSecond: 100 },
    total: {
      ...{ sent: 1_000, ok: 1_000, errors: {}, interrupted: 0, censored: 0, censoredFromUs: 0 },
      ...{ responseTimeUs: histogram, serviceTimeUs: histogram },
      ...{ refusedResponseTimeUs: none, refusedServiceTimeUs: none },
    },
    seconds: [{ second: 0, planned: 1_000, ok: 1_000, errors: 0, interrupted: 0, maxResponseUs: 1 }],
    ...{ interrupted: false, drainMs: 0, validity: { verdict: 'valid', reasons: [] }, ...more },
  } as unknown as LoadResult;
}

async function write(name: string, content: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function writeSides(factor: number): Promise<[string[], string[]]> {
  const sides: [string[], string[]] = [[], []];
  for (const [i, ms] of [10, 10.1, 9.9, 10.05, 9.95].entries()) {
    sides[0].push(await write(`${factor}-a${i}.json`, resultOf(ms)));
    sides[1].push(await write(`${factor}-b${i}.json`, resultOf(ms * factor)));
  }
  return sides;
}

test('[CLI-30] [CLI-31] worse ends with 6, no worse with 0, cannot tell with 7; the JSON says the same', async (t) => {
  const said = listen(t);
  const compare = (...args: string[]): Promise<number> =>
    runCommand(['load', 'compare', '--lang', 'en', ...args], INTERRUPTS);
  const [slowBefore, slowAfter] = await writeSides(1.3);
  const json = join(folder, 'comparison.json');
  const [html, md] = [join(folder, 'comparison.html'), join(folder, 'comparison.md')];
  assert.equal(await compare('--json', json, '--html', html, '--md', md, ...slowBefore, 'vs', ...slowAfter), 6);
  assert.match(await readFile(html, 'utf8'), /<p>Worse\.<\/p>/);
  assert.match(await readFile(md, 'utf8'), /^## After against before: Worse\./);
  assert.match(said.join(''), /^After against before: Worse\./);
  assert.equal((JSON.parse(await readFile(json, 'utf8')) as Comparison).verdict, 'worse');
  assert.equal(await compare(...slowAfter, 'vs', ...slowBefore), 0);
  const [same, again] = await writeSides(1.001);
  assert.equal(await compare(...same, 'vs', ...again), 0);
  said.length = 0;
  assert.equal(await compare(same[0] ?? '', again[1] ?? ''), 7);
  assert.match(said.join(''), /cannot tell.*at least 5 rounds a side/s);
});

function proofOf(afterMs: number): unknown {
  const rounds = ['origin', 'optimised', 'optimised', 'origin'].map((arm, index) => {
    const result = resultOf(arm === 'origin' ? 40 : afterMs);
    return { index, arm, phases: [{ id: 'peak', streams: [{ id: 'mix', result }] }] };
  });
  const arms = [{ id: 'origin' }, { id: 'optimised' }];
  return { schema: 'millrace-proof-result/2', outcome: 'complete', arms, rounds, validity: { runs: 4, invalid: [] } };
}

test('[CLI-31] one proof is its first arm against its last, two are their last arms', async (t) => {
  const said = listen(t);
  const [one, other] = [await write('one.json', proofOf(10)), await write('other.json', proofOf(30))];
  const compare = (...args: string[]): Promise<number> => runCommand(['load', 'compare', ...args], INTERRUPTS);
  assert.equal(await compare(one), 0);
  assert.match(said.join(''), /: Better\.\n\npeak\/mix · rounds: 2 before, 2 after/);
  assert.equal(await compare(one, other), 6);
});

test('[CLI-31] sides are told apart by `vs`, and what makes no two sides is refused', () => {
  const sidesOf = (...args: string[]) => {
    const { before, after } = readCompareRequest(args, {});
    return [before, after];
  };
  assert.deepEqual(sidesOf('a', 'b'), [['a'], ['b']]);
  assert.deepEqual(sidesOf('a', 'b', 'vs', 'c'), [['a', 'b'], ['c']]);
  assert.equal(readCompareRequest(['a', 'b', '--min-effect', '3%'], {}).options.minEffect, 0.03);
  const refused = { code: 'MILLRACE_CLI_USAGE' };
  for (const args of [[], ['a', 'b', 'c'], ['vs', 'a'], ['a', 'vs'], ['a', 'vs', 'b', 'vs', 'c']])
    assert.throws(() => sidesOf(...args), refused, args.join(' '));
  for (const effect of ['0', '200%', 'x'])
    assert.throws(() => sidesOf('a', 'b', '--min-effect', effect), { code: 'MILLRACE_CLI_FLAG_INVALID' });
});

test('[CLI-32] invalid ends with 4, unreadable and not comparable with 2, each in one line that names the file', async (t) => {
  const said: string[] = [];
  t.mock.method(process.stderr, 'write', (text: string) => said.push(text));
  const good = await write('good.json', resultOf(10));
  const late = { code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } } as const;
  const cases: readonly [string, unknown, number, RegExp][] = [
    [
      'invalid.json',
      resultOf(10, { validity: { verdict: 'invalid', reasons: [late] } }),
      4,
      /is invalid.*COMPARE_RUN_INVALID/,
    ],
    ['other.json', resultOf(10, { scenario: 'GET /x' }), 2, /the scenario is GET \/x, not GET \//],
    ['broken.json', '{', 2, /cannot be read as a result: .*MILLRACE_CLI_RESULT_UNREADABLE/],
    ['odd.json', { schema: 'x' }, 2, /its schema is x/],
    ['half.json', { schema: 'millrace-load-result/2' }, 2, /it has no arrivals/],
    ['proof.json', proofOf(10), 2, /takes runs on both sides, one proof, or one proof a side/],
  ];
  for (const [name, content, code, says] of cases) {
    said.length = 0;
    assert.equal(await runCommand(['load', 'compare', good, await write(name, content)], INTERRUPTS), code, name);
    assert.match(said.join(''), says);
    assert.equal(said.join('').trimEnd().split('\n').length, 1);
  }
  assert.equal(await runCommand(['load', 'compare', good], INTERRUPTS), 2);
  assert.equal(await runCommand(['load', 'compare', good, join(folder, 'none.json')], INTERRUPTS), 2);
});
