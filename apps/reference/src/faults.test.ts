import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from 'millrace/testing';
import { ask, openScene, outlivesUpstream, type Scene } from './faults.test.scene.ts';
import { startTrial, type Trial } from './trial.ts';

const READ = '/api/v1/signals?limit=5';
const SIGNAL = { pair: 'BTC/USDT', action: 'buy', signalStrength: 0.5 };

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

let rate = 6_000_000;
const write = ({ service, strategyId }: Scene) =>
  ask(service, `/api/v1/signals/webhook/${strategyId}`, { ...SIGNAL, currentRate: ++rate });

const isUnavailable = (answer: Awaited<ReturnType<typeof ask>>): void => {
  const { statusCode, headers } = answer;
  assert.deepEqual([statusCode, headers['retry-after']], [503, '1'], answer.body);
  assert.match(String(headers['content-type']), /^application\/problem\+json/);
};

/** Writes until a write is good: how many were refused, each in the right way. */
async function wellAgain(scene: Scene): Promise<void> {
  for (let refused = 0; refused < 500; refused++) {
    const answer = await write(scene);
    if (answer.statusCode === 201) return;
    isUnavailable(answer);
    await sleep(10);
  }
  assert.fail('it is never well again');
}

/** What a service must do while its database is away, however that is brought about. */
async function outlives(scene: Scene, begin: () => Promise<void>, end: () => Promise<void>): Promise<void> {
  const { service } = scene;
  const first = await write(scene);
  assert.equal(first.statusCode, 201);
  const before = (await ask(service, READ)).body;
  await begin();
  const away = await Promise.all([write(scene), write(scene), ask(service, '/health/ready')]);
  for (const answer of away) isUnavailable(answer);
  assert.equal((await ask(service, '/health/live')).statusCode, 200);
  assert.equal((await ask(service, '/api/v1/auth/me')).statusCode, 200);
  isUnavailable(await ask(service, '/api/v1/signals?limit=7'));
  await end();
  await wellAgain(scene);
  assert.equal((await ask(service, '/health/ready')).statusCode, 200);
  const acknowledged = JSON.parse(before).items[0];
  const { items } = JSON.parse((await ask(service, '/api/v1/signals?limit=20')).body);
  assert.deepEqual(
    items.find(({ id }: { id: number }) => id === acknowledged.id),
    acknowledged,
  );
}

const PROXIED: readonly (readonly [string, Faults])[] = [
  ['refuses connections', { refuse: true }],
  ['falls silent', { halfOpen: true }],
];

for (const [what, faults] of PROXIED) {
  test(`[REF-100] a database that ${what} costs what needs it, in bounded time, and nothing afterwards`, async () => {
    await using scene = await openScene(trial);
    const begin = async (): Promise<void> => {
      scene.database.set(faults);
      if (faults.refuse) scene.database.resetAll();
    };
    await outlives(scene, begin, async () => scene.database.clear());
  });
}

test('[REF-100] so does a database that is killed and started again', async (t) => {
  const { power } = trial.postgres;
  if (power === undefined) return t.skip('the server of DATABASE_URL is not ours to stop');
  await using scene = await openScene(trial);
  await outlives(
    scene,
    () => power.stop('crash'),
    () => power.start(),
  );
});

test('[REF-100] the baseline says 503 as well', async () => {
  await using scene = await openScene(trial, 'origin');
  scene.database.set({ refuse: true });
  scene.database.resetAll();
  isUnavailable(await ask(scene.service, READ));
  isUnavailable(await ask(scene.service, READ));
});

test('[REF-101] what is in memory is answered while the database is away', async () => {
  await using scene = await openScene(trial);
  const before = await ask(scene.service, READ);
  scene.database.set({ refuse: true });
  scene.database.resetAll();
  assert.equal((await ask(scene.service, READ)).body, before.body);
});

test('[REF-102] a key service that refuses connections costs what stands on it alone', async () => {
  await outlivesUpstream(trial, { refuse: true }, 502);
});
