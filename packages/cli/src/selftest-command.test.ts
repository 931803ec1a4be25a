import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CATALOGUES } from '@millrace/load/report';
import type { SelfTestCheck, SelfTestOptions, SelfTestResult } from '@millrace/load/selftest';
import { readSelfTestRequest, runSelfTestCommand } from './selftest-command.ts';

const INTERRUPTS = { stop: new AbortController().signal, kill: new AbortController().signal, [Symbol.dispose]() {} };

function resultOf(verdict: SelfTestResult['verdict']): SelfTestResult {
  const check: SelfTestCheck = {
    ...{ part: 'delay', condition: 5, figure: 'p50', measured: 5.1, truth: 5 },
    ...{ error: 0.1, errorUnit: 'ms', goal: 0.2, met: true },
  };
  const head = {
    schema: 'millrace-self-test/1',
    startedAt: '2026-01-01T00:00:00.000Z',
    isQuick: true,
    seed: 1,
  } as const;
  return { ...head, checks: [check], verdict, reasons: [] };
}

test('[CLI-70] a self-test prints its table, writes its JSON, and ends with 0, 6, 4 or 130 by its verdict', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-selftest-'));
  t.after(() => rm(folder, { recursive: true }));
  const write = process.stdout.write.bind(process.stdout);
  const said: string[] = [];
  t.mock.method(process.stdout, 'write', (chunk: string | Uint8Array) =>
    typeof chunk === 'string' ? said.push(chunk) > 0 : write(chunk),
  );
  const json = join(folder, 'self.json');
  const texts = CATALOGUES['zh-CN'];
  const codes: number[] = [];
  for (const verdict of ['met', 'missed', 'invalid', 'interrupted'] as const) {
    const measure = async (): Promise<SelfTestResult> => resultOf(verdict);
    codes.push(await runSelfTestCommand({ options: {}, json, texts }, INTERRUPTS, measure));
  }
  assert.deepEqual(codes, [0, 6, 4, 130]);
  assert.match(said.join(''), /5 ms 后应答 · P50 .* 达标/);
  assert.deepEqual(JSON.parse(await readFile(json, 'utf8')), resultOf('interrupted'));
});

test('[CLI-70] quick, seed and language are taken as they are given, and an argument is refused', async () => {
  const request = readSelfTestRequest(['--quick', '--seed', '7', '--lang', 'zh-CN'], {});
  assert.deepEqual(request.options, { isQuick: true, seed: 7 });
  assert.equal(request.texts.language, 'zh-CN');
  assert.deepEqual(readSelfTestRequest([], {}).options, { isQuick: false, seed: 1 });
  assert.throws(() => readSelfTestRequest(['http://127.0.0.1:1'], {}), { code: 'MILLRACE_CLI_USAGE' });
  let told: SelfTestOptions = {};
  const measure = async (options: SelfTestOptions): Promise<SelfTestResult> => {
    told = options;
    throw new Error('enough');
  };
  await assert.rejects(runSelfTestCommand(request, INTERRUPTS, measure), /enough/);
  assert.deepEqual([told.isQuick, told.seed, told.signal], [true, 7, INTERRUPTS.stop]);
});
