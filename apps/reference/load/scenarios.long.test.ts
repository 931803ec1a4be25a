import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { API_PAGES, LOGIN, PORTAL_PAGES, READS, WRITES } from '../src/proof/pages.ts';
import type { Trader } from '../src/proof/trader.ts';
import { startTrial, type Trial } from '../src/trial.ts';
import { assertGood, COMMANDS, runFile, SERVE } from './command.test.ts';
import { EXPECTATIONS } from './expectations.ts';

const FILES = ['trader-mix.ts', 'key-portal.ts', 'api-mix.ts', 'gateway.ts'] as const;
/** A login costs 0.2 s of CPU. */
const ACCOUNTS = 4;

let trial: Trial;
let service = { folder: '', url: '', accounts: ACCOUNTS };
before(async () => {
  trial = await startTrial();
  // Without a bound for logins: on a busy machine that of `optimised` would rightly refuse some.
  const { app } = await trial.open('auth.hash-on-libuv');
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  service = { ...service, url, folder: await mkdtemp(join(tmpdir(), 'reference-load-')) };
});
after(async () => {
  await trial?.[Symbol.asyncDispose]();
  await rm(service.folder, { recursive: true, force: true });
});

const at = (ratePerSecond: number): readonly string[] => ['--rate', String(ratePerSecond), '-d', '2s'];

test('[VISIT-1] the trader mix: logins, reads and writes', async () => {
  const result = await runFile(service, 'trader-mix.ts', ...at(40));
  assertGood(result);
  const often = [...READS, LOGIN, ...WRITES].filter(({ weight }) => weight >= 10).map(({ name }) => name);
  for (const name of often) assert.ok((result.steps[name]?.ok ?? 0) > 0, name);
});

test('[VISIT-1] the key portal: each of its pages', async () => {
  const result = await runFile(service, 'key-portal.ts', ...at(50));
  assertGood(result);
  assert.deepEqual(Object.keys(result.steps).toSorted(), PORTAL_PAGES.map(({ name }) => name).toSorted());
});

test('[VISIT-1, VISIT-2] the API mix: each page once for each account, then any', async () => {
  const result = await runFile(service, 'api-mix.ts', ...at(40));
  assertGood(result);
  const { cold, warm } = result.groups ?? {};
  assert.deepEqual([cold?.ok, warm?.ok], [API_PAGES.length * ACCOUNTS, 80 - API_PAGES.length * ACCOUNTS]);
  for (const { name } of API_PAGES) assert.ok((result.steps[name]?.ok ?? 0) >= ACCOUNTS, name);
});

test('[VISIT-1, VISIT-4] the gateway: unique and repeated prompts and events, new ones in each run', async () => {
  for (let run = 0; run < 2; run++) {
    const before = (await trial.llm.counts()).totalCalls;
    const result = await runFile(service, 'gateway.ts', ...at(50));
    assertGood(result);
    const { unique, repeated, events } = result.steps;
    assert.ok(unique && repeated && events);
    const calls = (await trial.llm.counts()).totalCalls - before;
    assert.ok(calls >= unique.ok + events.ok, `run ${run}: ${calls} calls`);
    assert.equal(
      result.checks?.reduce((sum, { passed }) => sum + passed, 0),
      100,
    );
  }
});

test('[VISIT-3] no scenario loads a database driver', () => {
  const loads = (path: string): boolean => {
    const look =
      "console.log(Object.keys(createRequire(process.cwd() + '/').cache).some((file) => /\\/pg\\//.test(file)))";
    const code = `import { createRequire } from 'node:module'; await import(${JSON.stringify(new URL(path, import.meta.url).href)}); ${look}`;
    const args = ['--conditions=millrace-source', '--input-type=module', '-e', code];
    return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim() === 'true';
  };
  assert.equal(loads('../src/data/index.ts'), true, 'a driver that is loaded is seen');
  for (const file of FILES) assert.equal(loads(file), false, file);
});

test('[VISIT-5] every page has an expectation, which nothing does not meet', () => {
  const trader = { username: 'trader0001' } as Trader;
  for (const { name } of [LOGIN, ...READS, ...WRITES, ...PORTAL_PAGES, ...API_PAGES]) {
    const expectation = EXPECTATIONS[name];
    assert.ok(expectation, name);
    assert.equal(expectation.holds({}, trader), false, name);
  }
  const { me, compare, keys, start } = EXPECTATIONS;
  assert.deepEqual([me?.holds({ username: 'trader0002' }, trader), me?.holds(trader, trader)], [false, true]);
  assert.equal(compare?.holds({ items: [1, 2], failed: 1 }, trader), false);
  assert.equal(keys?.holds({ items: [1], upstreamAvailable: false }, trader), false);
  assert.equal(start?.holds({ status: 'stopped' }, trader), false);
});

test('[VISIT-6] the README names each file in a command', () => {
  assert.deepEqual([...COMMANDS.keys()].toSorted(), FILES.toSorted());
  for (const file of FILES) assert.ok(existsSync(new URL(file, import.meta.url)), file);
  assert.ok(SERVE.length >= 4, SERVE.join(' '));
});
