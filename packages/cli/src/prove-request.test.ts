import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ProofManifest, ProofResult } from '@millrace/load/prove';
import { type ProveRequest, readProveRequest } from './prove-request.ts';
import { readRepetition } from './repeat.ts';

function requestBy(...flags: string[]): ProveRequest {
  const request = readProveRequest(['a.ts', ...flags], {});
  return 'chosen' in request ? request : assert.fail('it is to serve');
}
const chosenBy = (...flags: string[]) => requestBy(...flags).chosen;

test('[CLI-20] the flags choose tier, scenarios, switches and blocks', () => {
  assert.deepEqual(chosenBy(), { tier: 'main', capacity: false, seed: 1 });
  assert.deepEqual(chosenBy('--quick', '--once', '--seed', '7'), { tier: 'quick', capacity: false, seed: 7 });
  assert.deepEqual(chosenBy('--full', '--capacity', '--blocks', '5', '--scenario', 'a, b,a'), {
    ...{ tier: 'full', capacity: true, seed: 1, blocks: 5 },
    scenarios: ['a', 'b'],
  });
  assert.equal(chosenBy('--ablate').ablate, 'all');
  assert.deepEqual(chosenBy('--arms', 'a, b').arms, ['a', 'b']);
  assert.throws(() => chosenBy('--arms', 'a', '--ablate'), /--arms says what a proof measures/);
  assert.deepEqual(chosenBy('--ablate', '--only', 'x,y').ablate, ['x', 'y']);
});

test('[CLI-6] details are printed on demand only', () => {
  assert.equal(requestBy().details, false);
  assert.equal(requestBy('--details').details, true);
});

test('[CLI-74] --serve takes an arm, and of the rest what says whose data it has', () => {
  const read = (...flags: string[]) => readProveRequest(['a.ts', '--serve', 'fast', ...flags], { LANG: 'zh_CN' });
  const { texts, ...rest } = read('--full', '--seed', '7');
  assert.deepEqual([texts.language, rest], ['zh-CN', { manifest: 'a.ts', arm: 'fast', tier: 'full', seed: 7 }]);
  assert.throws(() => read('--capacity'), /--serve starts one arm .*--capacity contradicts it/);
});

const arm = (id: string) => ({ id, label: id });
const MANIFEST: ProofManifest = {
  name: 'small service',
  arms: [arm('slow'), { ...arm('middle'), tiers: ['main'] }, arm('fast')],
  prepare: () => Promise.reject(new Error('not prepared here')),
};
const RESULT: Partial<ProofResult> = {
  ...{ schema: 'millrace-proof-result/2', kind: 'proof', name: 'small service', tier: 'quick', blocks: 2, seed: 7 },
  ...{ scenarios: [], arms: [arm('slow'), arm('fast')], capacity: [] },
};

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-repeat-'));
});
after(() => rm(folder, { recursive: true }));

async function repetitionOf(text: string) {
  const file = join(folder, 'result.json');
  await writeFile(file, text);
  return readRepetition(file, MANIFEST);
}

test('[CLI-21] a result says all that it takes to run it again', async () => {
  const of = (extra: Partial<ProofResult>) => repetitionOf(JSON.stringify({ ...RESULT, ...extra }));
  assert.deepEqual(await of({}), { tier: 'quick', blocks: 2, seed: 7, capacity: false });
  const ablation = { kind: 'ablation', scenarios: ['reading'], arms: [arm('x'), arm('y'), arm('fast')] } as const;
  assert.deepEqual(await of(ablation), {
    ...{ tier: 'quick', blocks: 2, seed: 7, capacity: false },
    ...{ scenarios: ['reading'], ablate: ['x', 'y'] },
  });
});

test('[CLI-21] a result of other arms than its tier has is run again with those', async () => {
  const repeated = await repetitionOf(JSON.stringify({ ...RESULT, tier: 'main' }));
  assert.deepEqual([repeated.tier, repeated.arms], ['main', ['slow', 'fast']]);
});

test('[CLI-21] what is no result, or not of this manifest, cannot be repeated', async () => {
  const UNUSABLE = { code: 'MILLRACE_CLI_RESULT_UNUSABLE' };
  await assert.rejects(readRepetition(join(folder, 'missing.json'), MANIFEST), { ...UNUSABLE, message: /ENOENT/ });
  for (const [text, says] of [
    ['{', /cannot be repeated/],
    ['null', /its schema is undefined/],
    [JSON.stringify({ ...RESULT, schema: 'millrace-proof-result/1' }), /its schema is millrace-proof-result\/1/],
    [JSON.stringify({ ...RESULT, name: 'other' }), /it is of other, the manifest of small service/],
    [JSON.stringify({ ...RESULT, arms: [arm('gone'), arm('fast')] }), /of the arms gone, fast, .* now has slow, fast/],
  ] as const)
    await assert.rejects(repetitionOf(text), { ...UNUSABLE, message: says });
});
