import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { checkWritable, readArguments, UsageError } from './arguments.ts';

const AREAS = ['reference', 'load'];

/** Runs the command as npm does. */
function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const main = path.join(import.meta.dirname, 'main.ts');
  const options = { encoding: 'utf8', timeout: 30_000 } as const;
  return spawnSync(process.execPath, ['--conditions=millrace-source', main, ...args], options);
}

test('[BENCH-1] the area, the tier and the file are read', () => {
  assert.deepEqual(readArguments(['load'], AREAS), { area: 'load', quick: false, json: undefined });
  const all = readArguments(['--quick', 'reference', '--json', 'a.json'], AREAS);
  assert.deepEqual(all, { area: 'reference', quick: true, json: 'a.json' });
});

test('[BENCH-2] what cannot be run is refused by its name', () => {
  const cases: [string[], RegExp][] = [
    [[], /^no area is named; there are reference, load$/],
    [['lode'], /^lode is no area; there are reference, load$/],
    [['load', 'reference'], /^one area at a time, not load and reference$/],
    [['load', '--bogus'], /^Unknown option '--bogus'; there are --quick, --json FILE and --help$/],
    [['load', '--json='], /^--json names no file$/],
  ];
  for (const [args, message] of cases) assert.throws(() => readArguments(args, AREAS), { message });
});

test('[BENCH-2] the command refuses in one line, with exit code 2', () => {
  for (const args of [['--bogus'], ['lode'], ['load', '--json', '/no/such/folder/x.json']]) {
    const { status, stdout, stderr } = bench(...args);
    assert.deepEqual([status, stdout], [2, ''], stderr);
    assert.match(stderr, /^bench: [^\n]+\n$/);
  }
});

test('[BENCH-3] help says how to use it, and is no failure', () => {
  for (const args of [['--help'], ['-h'], ['load', '--help']]) {
    const { status, stdout, stderr } = bench(...args);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /npm run bench -- AREA \[--quick\] \[--json FILE\]/);
    for (const area of AREAS) assert.match(stdout, new RegExp(`\\b${area}\\b`));
  }
});

test('[BENCH-4] a file that cannot be written is known at the start, and nothing is left behind', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-bench-'));
  try {
    await checkWritable(path.join(folder, 'rows.json'));
    assert.deepEqual(readdirSync(folder), []);
    await assert.rejects(checkWritable(folder), UsageError);
    await assert.rejects(checkWritable(path.join(folder, 'none/rows.json')), { message: /cannot be written: ENOENT/ });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
