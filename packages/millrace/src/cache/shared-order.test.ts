import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../core/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { createCache, type SharedTier } from './index.ts';
import { plantFault } from './planted-fault.test.model.ts';
import { SimulatedLink, SimulatedServer, simulatedTier } from './simulated-tier.test.model.ts';

/** The same, but what is to be removed is removed only when the gate opens. */
function removingLate(tier: SharedTier, gate: Promise<void>): SharedTier {
  return {
    ...tier,
    open(needs) {
      const { store, log } = tier.open(needs);
      const remove = store.remove.bind(store);
      store.remove = async (keys) => {
        await gate;
        await remove(keys);
      };
      return { store, log };
    },
  };
}

/** What a process has of a key once another one's invalidation was acknowledged, if it asked as soon as it heard of it. */
async function seenAfterInvalidation(create: typeof createCache): Promise<unknown> {
  const clock = createFakeClock();
  const server = new SimulatedServer(clock, createRandom(1), () => Promise.resolve());
  const tierOf = (): SharedTier => simulatedTier(new SimulatedLink(server), 10_000);
  const gate = Promise.withResolvers<void>();
  const writer = create({ name: 'writer', clock, shared: removingLate(tierOf(), gate.promise) });
  const reader = create({ name: 'reader', clock, shared: tierOf() });
  await clock.advance(200);
  await reader.getOrSet('k', async () => 'old');
  await clock.advance(10);
  const told = writer.delete('k').catch(() => {}); // It takes longer than who asked may wait.
  await clock.advance(50);
  const read = reader.getOrSet('k', async () => 'new');
  await clock.advance(10);
  await read;
  gate.resolve();
  await clock.advance(200);
  await told;
  assert.equal(writer.stats().pending, 0);
  const seen = reader.get('k') ?? 'nothing';
  const closed = Promise.all([writer.close(), reader.close()]);
  await clock.advance(1_000);
  await closed;
  return seen;
}

test('[CACHE-534] who hears of an invalidation finds no old value, for that went before', async () => {
  assert.equal(await seenAfterInvalidation(createCache), 'nothing');
});

test('[CACHE-534] the test fails when the log tells of it first', async () => {
  const remove = 'if (keys.length > 0) await listener.removeShared(keys);';
  const append = 'const { epoch, position, incomplete = false } = await source.append(entries);';
  const swapped = { from: `${remove}\n    ${append}`, to: `${append}\n    ${remove}` };
  await using planted = await plantFault({ what: 'the order', file: 'log/position-log.ts', ...swapped });
  assert.equal(await seenAfterInvalidation(await planted.load()), 'old');
});
