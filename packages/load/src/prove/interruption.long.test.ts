import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import type { LoadOptions } from '../run/index.ts';
import type { ProofEvent } from './event.ts';
import { isAlive, phaseOf, resultOf, stepOf, type TestManifest, testManifest } from './proof-doubles.test.ts';
import { prove } from './prove.ts';

const SEED = propertySeed().seed ?? 1;

/** Runs until it is told to stop, for at most as long as planned, and then has a partial result. */
async function patientRunner({ signal, arrivals }: LoadOptions<unknown>) {
  await sleep(arrivals.durationMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  return resultOf(stepOf([1, 2, 3]), { interrupted: signal?.aborted ?? false });
}

const [stream] = phaseOf('mix', { seconds: 0.1 }).streams;
const SERVICE = {
  phases: [phaseOf('mix', { seconds: 0.15, ...(stream && { warmUp: [stream] }) })],
  digests: [{ name: 'a', method: 'GET', path: '/a' }] as const,
};

/** Every round that was started was freed, and the service closed, last. */
function assertFreed(manifest: TestManifest): void {
  const of = (verb: string): string[] =>
    manifest.log
      .filter((line) => line.startsWith(verb))
      .map((line) => line.slice(verb.length))
      .toSorted();
  assert.deepEqual(of('free'), of('start'));
  if (manifest.log.includes('prepare')) assert.equal(manifest.log.at(-1), 'close');
}

test('[PROVE-19] a stop at any stage gives what there is, with everything freed', async () => {
  for (const at of ['prepare', 'digests', 'start', 'warm-up', 'phase', 'drain', 'report'] as const) {
    const stop = new AbortController();
    const manifest = testManifest(SERVICE);
    const onEvent = (event: ProofEvent): void => {
      if (event.kind === 'stage' && event.id === at && (event.round ?? 1) === 1) stop.abort();
    };
    const result = await prove(manifest, { tier: 'quick', run: patientRunner, signal: stop.signal, onEvent });
    assert.equal(result.outcome, 'interrupted', at);
    assertFreed(manifest);
    if (at === 'phase')
      assert.equal(result.rows[0]?.arms[1]?.requests, 3, 'the round that was stopped counts with what it had');
    if (at === 'drain') assert.equal(result.rounds.length, 2);
  }
});

test('[PROVE-19] a stop at a seeded moment gives what there is, with everything freed', async () => {
  const random = createRandom(SEED);
  for (let i = 0; i < 6; i++) {
    const manifest = testManifest(SERVICE);
    const moment = random.int(1200);
    const result = await prove(manifest, { tier: 'quick', run: patientRunner, signal: AbortSignal.timeout(moment) });
    assert.ok(['interrupted', 'complete'].includes(result.outcome), `at ${moment} ms, seed ${SEED}`);
    assertFreed(manifest);
  }
});

test('[PROVE-20] a kill ends a run that does not listen and an arm that does not listen', async () => {
  const kill = new AbortController();
  let pid = 0;
  const run = async ({ target }: LoadOptions<unknown>) => {
    pid = Number(await (await fetch(`${target}/pid`)).text());
    kill.abort();
    return new Promise<never>(() => {});
  };
  const manifest = testManifest({ behaviour: () => 'deaf' });
  const start = performance.now();
  const result = await prove(manifest, { tier: 'quick', run, killSignal: kill.signal, stopTimeoutMs: 60_000 });
  assert.ok(performance.now() - start < 10_000);
  assert.equal(result.outcome, 'interrupted');
  assert.ok(pid > 0 && !isAlive(pid));
  assertFreed(manifest);
});

test('[PROVE-20] a kill does not wait for a prepare that never ends', async () => {
  const kill = new AbortController();
  const stuck = { ...testManifest(), prepare: () => new Promise<never>(() => {}) };
  const proof = prove(stuck, { tier: 'quick', killSignal: kill.signal });
  kill.abort();
  assert.equal((await proof).outcome, 'interrupted');
});

test('[PROVE-21] a stop during prepare is no error', async () => {
  const manifest = testManifest();
  const obedient = {
    ...manifest,
    prepare: ({ signal }: { signal: AbortSignal }) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  };
  const result = await prove(obedient, { tier: 'quick', signal: AbortSignal.timeout(30) });
  assert.deepEqual([result.outcome, result.rows], ['interrupted', []]);
});

/** A proof in a process of its own that prints the id of each arm it starts. */
const PROOF = `
import { prove } from '${import.meta.resolve('./prove.ts')}';
import { testManifest, phaseOf } from '${import.meta.resolve('./proof-doubles.test.ts')}';
const run = async ({ target }) => {
  console.log(await (await fetch(target + '/pid')).text());
  await new Promise((resolve) => setTimeout(resolve, 60_000));
};
await prove(testManifest({ phases: [phaseOf('mix')], behaviour: () => process.argv[1] }), { tier: 'quick', run });
`;

async function firstArm(proof: ChildProcess): Promise<number> {
  const [line] = (await once(proof.stdout as NonNullable<typeof proof.stdout>, 'data')) as [Buffer];
  return Number(line.toString().trim());
}

for (const behaviour of ['plain', 'deaf', 'parent']) {
  test(`[PROVE-18] an arm ends when the proof is killed: ${behaviour}`, async () => {
    const args = ['--conditions=millrace-source', '--input-type=module', '-e', PROOF, behaviour];
    const proof = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const arm = await firstArm(proof);
    assert.ok(isAlive(arm));
    proof.kill('SIGKILL');
    const deadline = performance.now() + 10_000;
    while (isAlive(arm) && performance.now() < deadline) await sleep(20);
    assert.ok(!isAlive(arm), `arm ${arm} is gone`);
  });
}
