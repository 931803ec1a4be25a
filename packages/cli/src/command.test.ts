import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from './command.ts';

const never = new AbortController().signal;
const INTERRUPTS = { stop: never, kill: never, [Symbol.dispose]() {} };

const RUN = ['load', 'run', '--url', 'http://127.0.0.1:1', '--rate', '5', '-d', '1'];

const WRONG: readonly [string[], RegExp][] = [
  [[], /no command given, there are load and prove; see millrace --help/],
  [['fly'], /unknown command fly/],
  [['--fast'], /unknown flag --fast/],
  [['load', 'fly'], /load has no fly, it has: run, compare, report/],
  [['load', 'shop.ts'], /a scenario file stands after run: millrace load run shop\.ts/],
  [['load', '127.0.0.1:3000/x'], /an address begins with http:\/\/, such as http:\/\/127\.0\.0\.1:3000\/x;/],
  [['load', 'toString'], /load has no toString/],
  [['prove'], /prove needs a manifest/],
  [['prove', 'a.ts', 'b.ts'], /b\.ts is a second/],
  [['prove', 'a.ts', '--slow'], /unknown flag --slow; see millrace prove --help/],
  [['prove', 'a.ts', '--quick', '--full'], /--quick and --full contradict each other/],
  [['prove', 'a.ts', '--only', 'x'], /--only says which switches --ablate turns on/],
  [['prove', 'a.ts', '--ablate', '--capacity'], /--capacity and --ablate are two proofs/],
  [['prove', 'a.ts', '--scenario', 'a,,b'], /--scenario is "a,,b"; give one name, or more with a comma/],
  [['prove', 'a.ts', '--ablate', '--only', ''], /--only is ""/],
  [['prove', 'a.ts', '--blocks', '0'], /--blocks is "0"; give a whole number from 1 to 20/],
  [['prove', 'a.ts', '--repeat', 'r.json', '--seed', '2'], /--repeat takes everything .* --seed contradicts it/],
  [['prove', 'a.ts', '--repeat', 'r.json', '--quick'], /--quick contradicts it/],
  [['prove', 'a.ts', '--seed', 'x'], /--seed is "x"; give a whole number from 0 to 4294967295/],
  [['prove', 'a.ts', '--json', 'x', '--html', 'x'], /same file/],
  [['prove', 'a.ts', '--serve', 'x', '--json', 'r.json'], /--serve starts one arm and proves nothing, --json contr/],
  [['prove', 'a.ts', '--serve', 'x', '--blocks', '2'], /--blocks contradicts it/],
  [['prove', 'a.ts', '--serve'], /--serve needs a value/],
  [['prove', 'a.ts', '--lang', 'fr'], /--lang is "fr"; give en or zh-CN \(MILLRACE_CLI_FLAG_INVALID\)/],
  [['load', 'run', '--rate', '5', '-d', '1'], /needs an address.*; see millrace load run --help/],
  [['load', 'run', '--url', 'http://x', '--rate', '5', '-d', '1', '--lang', 'zh'], /give en or zh-CN/],
  [
    ['load', 'run', '--url', 'ftp://x', '--rate', '5', '-d', '1'],
    /--url is "ftp:\/\/x"; give an http:\/\/ or https:\/\/ URL/,
  ],
  [['load', 'run', '--url', 'http://127.0.0.1:1', '--rate', '5', '-d', '1x'], /--duration is "1x"/],
  [['load', '--rate', '5'], /needs an address.*; see millrace load --help/],
  [[...RUN, '-m', 'TRACE'], /--method is "TRACE"; give GET, HEAD, POST, PUT, PATCH, DELETE/],
  [[...RUN, '-m', 'GET', '-b', 'x'], /--body and --method GET contradict each other/],
  [[...RUN, '-b', '@missing.json'], /--body: missing\.json cannot be read: ENOENT/],
  [[...RUN, '-H', 'no field'], /--header is not a field; give one in ASCII, such as/],
  [[...RUN, '-H', 'X: café'], /--header is not a field; give one in ASCII/],
  [[...RUN, '-H', 'Host: x'], /--header is "Host"; give any other/],
  [[...RUN, '-H', 'A: 1', '-H', 'a: 2'], /--header names a twice/],
  [[...RUN, '--engine', 'slow'], /--engine is "slow"; give fast or compat/],
  [[...RUN, '--proxy', 'http://127.0.0.1:1'], /--proxy needs --engine compat/],
  [[...RUN, '--insecure', '--cacert', 'x.pem'], /--cacert contradicts it/],
  [[...RUN, '--cacert', 'missing.pem'], /--cacert: missing\.pem cannot be read/],
  [[...RUN, '--abort-on', 'rate>0.9'], /--abort-on rate>0\.9: the achieved rate is only known at the end/],
  [[...RUN, '--abort-on', 'checks>0.9'], /--abort-on checks>0\.9: checks are only known at the end/],
  [[...RUN, '--journal', 'a', '--html', './a'], /--journal and --html name the same file, \.\/a/],
  [[...RUN, '--engine', 'compat', '--proxy', 'http://127.0.0.1:1', '--connect-to', 'a:1'], /contradict each other/],
  [[...RUN, '--json', 'a', '--html', './a'], /--json and --html name the same file, \.\/a/],
  [
    ['load', '--url', 'http://127.0.0.1:1', '--threshold', 'rate>0.9'],
    /rate>0\.9: without --rate there is no rate to keep/,
  ],
  [['load', '--url', 'http://127.0.0.1:1', '--pacing', 'eco'], /--pacing is of a rate/],
  [[...RUN, '--json', ''], /the name of a file to be written is empty/],
  [[...RUN, '--workers', '0'], /--workers is "0"/],
  [['load', 'run', 'a.ts', 'b.ts', '--url', 'http://127.0.0.1:1'], /b\.ts is a second/],
  [['load', 'run', 'a.ts', '--url', 'http://127.0.0.1:1', '-b', 'x'], /--body is of a run without a scenario file/],
  [['load', 'compare', 'a', 'b', '--html', 'x', '--md', './x'], /two of --json, --html and --md name the same file/],
  [['load', 'report'], /needs the result of a run/],
  [['load', 'report', 'a', 'b'], /b is a second/],
  [['load', 'report', 'missing.json'], /missing\.json cannot be read as a result: ENOENT/],
  [[...RUN, '--threshold', 'p99<9'], /"p99<9" is no threshold; write one such as http\.p99<200/],
  [[...RUN, '--max-errors', 'few'], /"errors<=few" is no threshold/],
];

for (const [args, says] of WRONG) {
  test(`[CLI-2] millrace ${args.join(' ')}`, async (t) => {
    const said: string[] = [];
    t.mock.method(process.stderr, 'write', (text: string) => said.push(text));
    assert.equal(await runCommand(args, INTERRUPTS), 2);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^millrace: .*\n$/);
    assert.match(said[0] ?? '', says);
  });
}

test('[CLI-1] --help is printed wherever it stands, and ends with 0', async (t) => {
  const said: string[] = [];
  t.mock.method(process.stdout, 'write', (text: string) => said.push(text));
  for (const args of [['--help'], ['-h'], ['prove', '--help'], ['load', '--help'], ['load', 'run', '-h']])
    assert.equal(await runCommand(args, INTERRUPTS), 0);
  const [all = '', short, prove = '', load = '', run] = said;
  assert.equal(short, all);
  assert.ok(run?.includes('--rate') && !run.includes('find-max --url'));
  assert.ok(prove.includes('<manifest.ts>') && !prove.includes('--url'));
  assert.ok(load.includes('--url') && !load.includes('<manifest.ts>'));
  for (const help of said) assert.match(help, /Exit codes/);
});

test('[CLI-45] of an address that cannot be read nothing is said, as a password may stand anywhere in it', async (t) => {
  const said: string[] = [];
  t.mock.method(process.stderr, 'write', (text: string) => said.push(text));
  for (const url of ['http://me:p#wo@127.0.0.1', 'ftp://me:wo@x']) {
    assert.equal(await runCommand(['load', '--url', url], INTERRUPTS), 2);
    assert.equal(await runCommand(['load', 'run', url], INTERRUPTS), 2);
    assert.equal(await runCommand(['load', 'find-max', url], INTERRUPTS), 2);
  }
  assert.equal(said.length, 6);
  assert.doesNotMatch(said.join(''), /wo@|me:/);
});

test('[CLI-17] millrace load alone prints how to begin, which names the subcommands, and ends with 2', async (t) => {
  const said: string[] = [];
  t.mock.method(process.stderr, 'write', (text: string) => said.push(text));
  assert.equal(await runCommand(['load'], INTERRUPTS), 2);
  assert.match(said.join(''), /^millrace load .*Its subcommands: run, compare, report, find-max, selftest\.\n\n/);
  assert.ok(said.join('').split('\n').length < 20);
});
