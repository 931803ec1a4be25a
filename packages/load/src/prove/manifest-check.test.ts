import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AblationSpec, PreparedService, ProofManifest } from './manifest.ts';
import { checkAblations, checkManifest, checkService } from './manifest-check.ts';
import { BEFORE, phaseOf, testManifest } from './proof-doubles.test.ts';

const context = { tier: 'quick', scenarios: [], seed: 1, say: () => {}, signal: new AbortController().signal } as const;
const prepared = (service: Partial<PreparedService>): Promise<PreparedService> =>
  testManifest(service).prepare(context);
const row = { id: 'all', phase: 'mix', stream: 'main', label: 'all' };
const request = { name: 'a', method: 'GET', path: '/' } as const;

const ABLATION: AblationSpec = {
  id: 'slow.again',
  label: 'slow again',
  scenario: 'reading',
  row: 'all',
  figure: 'p50Ms',
};

const MANIFEST_FAULTS: readonly [string, Partial<ProofManifest>, RegExp][] = [
  ['one id twice', { arms: [BEFORE, BEFORE] }, /arm old twice/],
  ['one arm', { arms: [BEFORE] }, /fewer than two arms/],
  [
    'an ablation with the id of an arm',
    { scenarios: ['reading'], ablations: [{ ...ABLATION, id: 'old' }] },
    /old twice/,
  ],
  [
    'an ablation of a figure that is none',
    { scenarios: ['reading'], ablations: [{ ...ABLATION, figure: 'mean' as 'meanMs' }] },
    /slow\.again names the figure mean; there are meanMs, p50Ms, p95Ms, p99Ms, maxMs/,
  ],
  [
    'an arm with a label that is no text',
    { arms: [BEFORE, { id: 'new', label: { en: 'after' } as never }] },
    /the label of the arm new is no text/,
  ],
  ['an ablation of an unknown scenario', { ablations: [ABLATION] }, /scenario reading, which is not there/],
  ['a default scenario that is unknown', { defaultScenarios: { quick: ['x'] } }, /scenario x, which is not there/],
  ['a scenario twice', { scenarios: ['x', 'x'] }, /scenario x twice/],
  [
    'overheads of an unknown tier',
    { overheads: { fast: {} } as never },
    /names the tier fast; there are quick, main, full/,
  ],
  [
    'overheads of an unknown line',
    { overheads: { quick: { begin: 1 } as never } },
    /names the line begin; there are prepare, digests, start, drain, report/,
  ],
  ['an overhead below 0', { overheads: { full: { drain: -1 } } }, /`overheads\.full\.drain` is -1; .* 0 or more/],
  ['an overhead that is no number', { overheads: { main: { start: '1' as never } } }, /`overheads\.main\.start` is 1;/],
  ['an overhead without an end', { overheads: { main: { start: Number.POSITIVE_INFINITY } } }, /start` is Infinity/],
];

for (const [what, fault, says] of MANIFEST_FAULTS) {
  test(`[PROVE-9] refused: ${what}`, () => {
    assert.throws(() => checkManifest({ ...testManifest(), ...fault }), {
      code: 'MILLRACE_PROVE_MANIFEST_INVALID',
      message: says,
    });
  });
}

test('[PROVE-9] an ablation is refused whose row is not there, or of another scenario', async () => {
  const [reading, writing] = [
    { ...phaseOf('mix'), scenario: 'reading' },
    { ...phaseOf('mix'), scenario: 'writing' },
  ];
  checkAblations(await prepared({ phases: [reading] }), [ABLATION]);
  for (const [service, ablation] of [
    [{ phases: [writing] }, ABLATION],
    [{ phases: [reading] }, { ...ABLATION, row: 'other' }],
  ] as const) {
    const made = await prepared(service);
    assert.throws(() => checkAblations(made, [ablation]), { code: 'MILLRACE_PROVE_MANIFEST_INVALID' });
  }
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
  ['a phase of an unknown scenario', { phases: [phaseOf('mix', { scenario: 'x' })] }, /scenario x, which is not there/],
  ['a request name twice', { digests: [request, request] }, /a twice/],
];

for (const [what, fault, says] of FAULTS) {
  test(`[PROVE-9] refused: ${what}`, async () => {
    const service = await prepared(fault);
    assert.throws(() => checkService(service), {
      code: 'MILLRACE_PROVE_MANIFEST_INVALID',
      message: says,
    });
  });
}

test('[PROVE-9] a service that holds together is taken', async () => {
  checkManifest({ ...testManifest(), overheads: { quick: { prepare: 0, drain: 2.5 }, full: {} } });
  checkService(await prepared({}));
});
