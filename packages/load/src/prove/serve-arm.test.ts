import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProofEvent } from './event.ts';
import type { AblationSpec, ProofContext, ProofManifest } from './manifest.ts';
import { isAlive, type TestManifest, testManifest } from './proof-doubles.test.ts';
import { type ServedArm, type ServeOptions, serveArm } from './serve-arm.ts';

const ablation: AblationSpec = { id: 'old.again', label: 'old again', scenario: 'a', row: 'all', figure: 'p50Ms' };

/** With an arm of a longer tier and an ablation. */
function manifestOf(service?: Parameters<typeof testManifest>[0]): TestManifest {
  const manifest = testManifest(service);
  const arms = [...manifest.arms, { id: 'slowest', label: 'the slowest', tiers: ['full'] as const }];
  return { ...manifest, arms: arms.toReversed(), scenarios: ['a', 'b'], ablations: [ablation] };
}

/** Serves until `whileUp` is done. */
async function serve(
  manifest: ProofManifest,
  arm: string,
  whileUp: (served: ServedArm) => Promise<void>,
  options: Partial<ServeOptions> = {},
): Promise<boolean> {
  const stop = new AbortController();
  let used: Promise<void> | undefined;
  const served = await serveArm(manifest, arm, {
    ...{ signal: stop.signal, stopTimeoutMs: 1_000 },
    onReady(ready) {
      assert.equal(used, undefined, 'told once');
      used = whileUp(ready).finally(() => stop.abort());
    },
    ...options,
  });
  await used;
  return served;
}

const pidAt = async (baseUrl: string): Promise<number> => Number(await (await fetch(`${baseUrl}/pid`)).text());

for (const arm of ['new', 'slowest', 'old.again']) {
  test(`[PROVE-63] ${arm} is up until the stop, and is then stopped and freed`, async () => {
    const manifest = manifestOf({ clients: 'anybody may ask' });
    let pid = 0;
    const served = await serve(manifest, arm, async ({ name, label, baseUrl, facts, clients }) => {
      assert.deepEqual([name, facts, clients], ['test service', { database: 'none' }, 'anybody may ask']);
      assert.equal(label, { new: 'after', slowest: 'the slowest', 'old.again': 'old again' }[arm]);
      const answer = (await (await fetch(`${baseUrl}/named`)).json()) as { name: string };
      assert.equal(answer.name, arm);
      pid = await pidAt(baseUrl);
    });
    assert.equal(served, true);
    assert.deepEqual(manifest.log, ['prepare', `start ${arm} 0`, `free ${arm} 0`, 'close']);
    assert.ok(pid > 0 && !isAlive(pid));
  });
}

test('[PROVE-63] it is prepared for its tier and seed, with all scenarios; who watches hears of both stages', async () => {
  const contexts: ProofContext[] = [];
  const manifest = manifestOf();
  const watched: ProofManifest = {
    ...manifest,
    prepare(context) {
      contexts.push(context);
      context.say('copying');
      return manifest.prepare(context);
    },
  };
  const events: ProofEvent[] = [];
  const options = { tier: 'full', seed: 7, onEvent: (event: ProofEvent) => void events.push(event) } as const;
  await serve(watched, 'new', async () => {}, options);
  const [context] = contexts;
  assert.deepEqual([context?.tier, context?.seed, context?.scenarios], ['full', 7, ['a', 'b']]);
  const heard = events.map((event) => (event.kind === 'stage' ? event.id : event.kind));
  assert.deepEqual(heard, ['plan', 'prepare', 'note', 'start']);
});

test('[PROVE-64] an unknown arm is refused with those that there are, before anything runs', async () => {
  const manifest = manifestOf();
  await assert.rejects(
    serve(manifest, 'newest', async () => assert.fail()),
    {
      code: 'MILLRACE_PROVE_ARM_UNKNOWN',
      message: 'the manifest has no arm newest',
      mend: /slowest, new, old, old\.again$/,
    },
  );
  assert.deepEqual(manifest.log, []);
});

test('[PROVE-65] an arm that never gets ready', async () => {
  const manifest = manifestOf({ behaviour: () => 'mute' });
  await assert.rejects(
    serve(manifest, 'new', async () => assert.fail(), { readyTimeoutMs: 300 }),
    {
      code: 'MILLRACE_PROVE_ARM_NOT_READY',
    },
  );
  assert.deepEqual(manifest.log, ['prepare', 'start new 0', 'free new 0', 'close']);
});

test('[PROVE-65] an arm whose port stays taken is begun three times', async () => {
  const manifest = manifestOf({ behaviour: () => 'taken' });
  await assert.rejects(
    serve(manifest, 'new', async () => assert.fail()),
    { code: 'MILLRACE_PROVE_PORT_IN_USE' },
  );
  const round = ['start new 0', 'free new 0'];
  assert.deepEqual(manifest.log, ['prepare', ...round, ...round, ...round, 'close']);
});

test('[PROVE-65] an arm that dies while it serves', async () => {
  const manifest = manifestOf();
  const never = new AbortController().signal;
  const dying = serveArm(manifest, 'new', {
    signal: never,
    onReady: ({ baseUrl }) => void fetch(`${baseUrl}/dies`).catch(() => {}),
  });
  await assert.rejects(dying, {
    code: 'MILLRACE_PROVE_ARM_DIED',
    message: 'arm after ended with exit code 7 during its service',
  });
  assert.deepEqual(manifest.log.slice(-2), ['free new 0', 'close']);
});

test('[PROVE-65] a stop before the arm is ready is no error, and it has not served', async () => {
  for (const at of ['prepare', 'start'] as const) {
    const stop = new AbortController();
    const manifest = manifestOf();
    const onEvent = (event: ProofEvent): void => {
      if (event.kind === 'stage' && event.id === at) stop.abort();
    };
    assert.equal(await serve(manifest, 'new', async () => assert.fail(), { signal: stop.signal, onEvent }), false);
    const of = (verb: string): number => manifest.log.filter((line) => line.startsWith(verb)).length;
    assert.equal(of('start'), of('free'), at);
    assert.equal(manifest.log.at(-1), 'close');
  }
});

test('[PROVE-63] a kill ends an arm that does not listen', async () => {
  const kill = new AbortController();
  const manifest = manifestOf({ behaviour: () => 'deaf' });
  let pid = 0;
  const before = performance.now();
  const served = await serveArm(manifest, 'new', {
    ...{ killSignal: kill.signal, stopTimeoutMs: 60_000 },
    onReady: async ({ baseUrl }) => {
      pid = await pidAt(baseUrl);
      kill.abort();
    },
  });
  assert.ok(performance.now() - before < 30_000);
  assert.deepEqual([served, pid > 0 && !isAlive(pid), manifest.log.at(-1)], [false, true, 'close']);
});
