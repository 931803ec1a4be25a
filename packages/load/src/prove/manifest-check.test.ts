import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUDGETS } from './budget.ts';
import type { PreparedService } from './manifest.ts';
import { checkManifest, checkService } from './manifest-check.ts';
import { BEFORE, phaseOf, testManifest } from './proof-doubles.test.ts';

const context = { quick: true, seed: 1, say: () => {}, signal: new AbortController().signal };
const prepared = (service: Partial<PreparedService>): Promise<PreparedService> =>
  testManifest(service).prepare(context);
const row = { id: 'all', phase: 'mix', stream: 'main', label: 'all' };
const request = { name: 'a', method: 'GET', path: '/' } as const;

test('[PROVE-9] arms with one id are refused', () => {
  assert.throws(() => checkManifest({ ...testManifest(), arms: [BEFORE, BEFORE] }), {
    code: 'MILLRACE_PROVE_MANIFEST_INVALID',
  });
});

const FAULTS: readonly [string, Partial<PreparedService>, RegExp][] = [
  ['no phases', { phases: [], rows: [] }, /no phases/],
  ['a phase twice', { phases: [phaseOf('mix'), phaseOf('mix')] }, /phase mix twice/],
  ['a phase without streams', { phases: [phaseOf('mix', { streams: [] })] }, /mix has no streams/],
  [
    'a stream twice',
    { phases: [phaseOf('mix', { streams: [...phaseOf('mix').streams, ...phaseOf('mix').streams] })] },
    /main twice/,
  ],
  ['a row twice', { rows: [row, row] }, /row all twice/],
  ['a row of an unknown phase', { rows: [{ ...row, phase: 'other' }] }, /phase other, which is not there/],
  [
    'a row of an unknown stream',
    { rows: [{ ...row, stream: 'other' }] },
    /stream other, which the phase mix does not have/,
  ],
  ['a request name twice', { digests: [request, request] }, /a twice/],
];

for (const [what, fault, says] of FAULTS) {
  test(`[PROVE-9] refused: ${what}`, async () => {
    const service = await prepared(fault);
    assert.throws(() => checkService(service, BUDGETS.quick), {
      code: 'MILLRACE_PROVE_MANIFEST_INVALID',
      message: says,
    });
  });
}

test('[PROVE-9] a service that holds together is taken', async () => {
  checkService(await prepared({}), BUDGETS.quick);
});
