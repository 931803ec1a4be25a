import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../core/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { createCache, type LoadContext } from './index.ts';
import { SimulatedLink, SimulatedServer, simulatedTier } from './simulated-tier.test.model.ts';

interface User {
  name: string;
  readonly roles: string[];
}

const ann = (): User => ({ name: 'Ann', roles: ['reader'] });

test('[CACHE-340] what is stored is frozen as deep as it goes, before anybody has it', async () => {
  const cache = createCache({ name: 'frozen', sharing: 'freeze' });
  const loaded = cache.getOrSet('loaded', async () => ann()) as Promise<User>;
  const joined = cache.getOrSet('loaded', async () => ann()) as Promise<User>;
  assert.equal(await loaded, await joined);
  const held = await loaded;
  assert.throws(() => held.roles.push('admin'), TypeError);
  const user = ann();
  void cache.set('set', user);
  assert.equal(cache.get('set'), user, 'the object itself, at once');
  assert.ok(Object.isFrozen(user) && Object.isFrozen(user.roles));
  const circle: { self?: unknown } = {};
  circle.self = [circle];
  void cache.set('circle', circle);
  assert.ok(Object.isFrozen(circle.self));
  const own = (await cache.getOrSet('own', async (context: LoadContext<User>) => {
    context.doNotStore();
    return ann();
  })) as User;
  assert.equal(Object.isFrozen(own), false, 'what is one caller’s alone is not');
});

test('[CACHE-340] a value of another process is frozen too', async () => {
  const clock = createFakeClock();
  const server = new SimulatedServer(clock, createRandom(1), () => Promise.resolve());
  const tier = (): ReturnType<typeof simulatedTier> => simulatedTier(new SimulatedLink(server), 1_000);
  const writer = createCache({ name: 'shared', shared: tier(), clock });
  const reader = createCache({ name: 'shared', shared: tier(), sharing: 'freeze', clock });
  await clock.advance(100);
  await writer.getOrSet('k', async () => ann());
  await clock.advance(1);
  const found = await reader.getOrSet<User>('k', () => assert.fail('loaded'));
  assert.ok(Object.isFrozen(found.roles));
  const closed = Promise.all([writer.close(), reader.close()]);
  await clock.advance(1_000);
  await closed;
});

test('[CACHE-341] what freezing would break is left as it is, with all that is in it', async () => {
  const cache = createCache({ name: 'frozen', sharing: 'freeze' });
  class Account {
    balance = 1;
    readonly history: number[] = [];
  }
  let reads = 0;
  const value = {
    bytes: Buffer.from('abc'),
    floats: [new Float64Array(2)],
    when: new Date(0),
    byName: new Map([['ann', { seen: 1 }]]),
    account: new Account(),
    [Symbol.for('mark')]: { deep: true },
    get computed(): number {
      return ++reads;
    },
  };
  await cache.getOrSet('k', async () => value);
  value.bytes[0] = 0;
  value.floats[0]![0] = 1;
  value.when.setTime(1);
  value.byName.get('ann')!.seen++;
  value.account.balance++;
  value.account.history.push(1);
  assert.equal(reads, 0, 'no accessor is run');
  assert.ok(Object.isFrozen(value) && Object.isFrozen(value.floats) && Object.isFrozen(value[Symbol.for('mark')]));
});

test('[CACHE-342] every reader has a copy of their own, and what is stored is one too', async () => {
  const cache = createCache({ name: 'cloned', sharing: 'clone', staleIfErrorMs: 1_000 });
  const source = ann();
  const answers = (await Promise.all([
    cache.getOrSet('k', async () => source),
    cache.getOrSet('k', async () => source),
  ])) as User[];
  for (const answer of answers) answer.roles.push('admin');
  source.roles.push('owner');
  const part = cache.namespace('part');
  await part.set('k', source);
  source.name = 'Eve';
  assert.deepEqual(
    [cache.get('k'), cache.peek('k'), cache.getOrSet('k', () => assert.fail('loaded'))],
    [ann(), ann(), ann()],
  );
  assert.notEqual(cache.get('k'), cache.get('k'));
  assert.deepEqual(part.get('k'), { name: 'Ann', roles: ['reader', 'owner'] });
  assert.deepEqual([cache.get('none'), cache.get(['none'])], [undefined, undefined]);
});

test('[CACHE-342] a loader is shown a copy of the value there was', async () => {
  const clock = createFakeClock();
  const cache = createCache({
    name: 'cloned',
    sharing: 'clone',
    staleIfErrorMs: 1_000,
    ttlMs: 100,
    ttlJitter: 0,
    clock,
  });
  await cache.set('k', ann());
  await clock.advance(150);
  const same = await cache.getOrSet('k', async (context: LoadContext<User>) => {
    context.previous?.roles.push('admin');
    context.store({ ttlMs: 500 });
    return context.notModified();
  });
  assert.deepEqual([same, cache.get('k')], [ann(), ann()]);
});

test('[CACHE-342] what cannot be copied is refused, and primitives are themselves', async () => {
  const cache = createCache({ name: 'cloned', sharing: 'clone' });
  const code = 'MILLRACE_CACHE_VALUE_UNCLONEABLE';
  await assert.rejects(async () => await cache.getOrSet('k', async () => ({ run: () => 1 })), { code });
  assert.throws(() => cache.set('k', () => 1), { code });
  assert.equal(cache.stats().entries, 0);
  for (const value of [null, 0, 'text', 10n])
    assert.equal(
      cache.getOrSet(`of ${value}`, () => value),
      value,
    );
  assert.throws(() => createCache({ name: 'x', sharing: 'copy' as 'clone' }), {
    code: 'MILLRACE_CACHE_OPTION_INVALID',
  });
});
