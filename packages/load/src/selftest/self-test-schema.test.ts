import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Histogram } from 'millrace/core';
import { differenceCheck, shareCheck, timeMs } from './check.ts';
import { judgeFindings, runSelfTest, type SelfTestResult } from './self-test.ts';

const SCHEMA = readFileSync(new URL('../../schemas/self-test.schema.json', import.meta.url), 'utf8');
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(SCHEMA) as object);

const written = (result: SelfTestResult): SelfTestResult => JSON.parse(JSON.stringify(result)) as SelfTestResult;

test('[SELF-10] a real self-test, cut off after its first part, is as its schema says, and nothing else passes', async () => {
  const enough = new AbortController();
  const result = await runSelfTest({ isQuick: true, signal: enough.signal, onChecks: () => enough.abort() });
  const file = written(result);
  assert.ok(validate(file), JSON.stringify(validate.errors));
  assert.deepEqual([file, file.checks.length > 0], [result, true]);
  for (const key of Object.keys(file)) assert.ok(!validate({ ...file, [key]: undefined }), key);
  assert.ok(!validate({ ...file, more: 1 }));
});

test('[SELF-10] figures without samples are null, and reasons are those of runs', () => {
  const measured = timeMs(new Histogram().snapshot(), 'p50');
  const subject = { part: 'delay', condition: 5, figure: 'p50', measured, truth: 5 } as const;
  const checks = [differenceCheck(subject, 'ms', 0.2), shareCheck(subject, 0.02)];
  const late = { code: 'loop-late', values: { ms: 30, boundMs: 20 } } as const;
  const found = judgeFindings([{ checks, validities: [{ verdict: 'invalid', reasons: [late] }] }], false);
  const head = {
    schema: 'millrace-self-test/1',
    startedAt: new Date(0).toISOString(),
    isQuick: true,
    seed: 1,
  } as const;
  const file = written({ ...head, ...found });
  assert.ok(validate(file), JSON.stringify(validate.errors));
  assert.deepEqual([file.checks[0]?.measured, file.checks[1]?.error, file.verdict], [null, null, 'invalid']);
});
