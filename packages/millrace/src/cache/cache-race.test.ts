import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Actor, KEYS, LOAD_TIMEOUT_MS, race, seededRace, TTL_MS, WAYS } from './cache-race.test.model.ts';
import { createCache } from './index.ts';
import { type Mutant, plantFault } from './planted-fault.test.model.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101);
const SEEDED_RACES = 25_000;

const key = fc.nat({ max: KEYS - 1 });
const actor: fc.Arbitrary<Actor> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read'), key, fails: fc.boolean(), twice: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('peek'), key }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('write'), key, by: fc.constantFrom(...WAYS) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.constantFrom(1, TTL_MS, LOAD_TIMEOUT_MS) }) },
);

test('[CACHE-9] no interleaving of loads, invalidations, writes and time shows an old value', async () => {
  const actors = fc.array(actor, { minLength: 2, maxLength: 10 });
  const property = fc.asyncProperty(actors, fc.scheduler(), (each, scheduler) =>
    race(
      each,
      () => scheduler.schedule(Promise.resolve()),
      createCache,
      (all) => scheduler.waitFor(all),
    ),
  );
  await fc.assert(property, { numRuns: 2_000, seed: SEED | 0 });
});

test('[CACHE-9] nor does any of 25,000 seeded ones, down to single microtasks', async () => {
  for (let seed = SEED; seed < SEED + SEEDED_RACES; seed++) await checkSeed(seed, createCache);
});

const MUTANTS: readonly Mutant[] = [
  {
    what: 'a pattern overlooks loads in flight',
    file: 'flights.ts',
    from: 'if (!names(key)) continue;\n      this.#detach(flight);',
    to: 'if (!names(key)) continue;',
  },
  {
    what: 'a pattern overlooks what is held',
    file: 'memory/memory.ts',
    from: 'if (key !== undefined && names(key)) dropped +=',
    to: 'if (key === names) dropped +=',
  },
  {
    what: 'delete() overlooks the load in flight',
    file: 'flights.ts',
    from: 'if (flight === undefined) return 0;\n    this.#detach(flight);',
    to: 'if (flight === undefined) return 0;',
  },
  {
    what: 'invalidations overlook all loads in flight',
    file: 'invalidations.ts',
    from: 'barred += this.#bar(entry);',
    to: '',
  },
  {
    what: 'clear() overlooks loads in flight',
    file: 'flights.ts',
    from: 'for (const flight of this.#joinable.values()) this.#detach(flight);',
    to: '',
  },
  {
    what: 'a load stores although it was invalidated',
    file: 'flights.ts',
    from: 'flight.land(outcome, current)',
    to: 'flight.land(outcome, current || true)',
  },
  {
    what: 'a load that ends takes the place of the newer one away',
    file: 'flights.ts',
    from: 'if (this.#isCurrent(flight)) this.#joinable.delete(flight.plan.key);',
    to: 'this.#joinable.delete(flight.plan.key);',
  },
  {
    what: 'set() lets an older load replace its value',
    file: 'tiered-cache.ts',
    from: "this.#invalidations.make([{ kind: 'key', name: key }], undefined)",
    to: 'Promise.resolve()',
  },
  {
    what: 'values are not found by their tags',
    file: 'invalidations.ts',
    from: "if (entry.kind === 'tag') return memory.deleteTaggedBelow(entry.name, position, this.#noteAge());",
    to: "if (entry.kind === 'tag') return 0;",
  },
  {
    what: 'values of a namespace do not carry its tag beside their own',
    file: 'cache-tag.ts',
    from: 'return scope === undefined ? [...encoded] : [scope, ...encoded];',
    to: 'return [...encoded];',
  },
  {
    what: 'keys of a namespace are those of the cache',
    file: 'key-space.ts',
    from: "return this.#prefix === '' ? name : this.#prefix + name;",
    to: 'return name;',
  },
  {
    what: 'a load that is late goes on to count',
    file: 'flights.ts',
    from: '=> this.#fail(flight, this.#lateError(), true)',
    to: '=> flight.fail(this.#lateError(), { late: true, current: true })',
  },
];

test('[CACHE-10] the races pass on a copy of the cache without a planted fault', async () => {
  const same = 'flight.land(outcome, current)';
  await using planted = await plantFault({ what: 'nothing', file: 'flights.ts', from: same, to: same });
  const create = await planted.load();
  for (let seed = 0; seed < 1_000; seed++) await checkSeed(seed, create);
});

for (const mutant of MUTANTS) {
  test(`[CACHE-10] the races find it when ${mutant.what}`, async () => {
    await using planted = await plantFault(mutant);
    const create = await planted.load();
    await assert.rejects(async () => {
      for (let seed = 0; seed < SEEDED_RACES; seed++) await seededRace(seed, create);
    }, /key \d|loads/);
  });
}

async function checkSeed(seed: number, create: typeof createCache): Promise<void> {
  try {
    await seededRace(seed, create);
  } catch (cause) {
    throw new Error(`race ${seed} broke the promise`, { cause });
  }
}
