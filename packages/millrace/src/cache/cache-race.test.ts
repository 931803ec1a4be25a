import { strict as assert } from 'node:assert';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { type Actor, KEYS, LOAD_TIMEOUT_MS, race, seededRace, TTL_MS } from './cache-race.test.model.ts';
import { type Cache, type CacheOptions, createCache } from './index.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101);
const SEEDED_RACES = 25_000;

const key = fc.nat({ max: KEYS - 1 });
const actor: fc.Arbitrary<Actor> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read'), key, fails: fc.boolean(), twice: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('peek'), key }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('write'), key, by: fc.constantFrom('delete', 'tag', 'clear', 'set') }),
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

/** One planted fault: `from`, which stands there exactly once, becomes `to`. */
interface Mutant {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    what: 'delete() overlooks the load in flight',
    file: 'flights.ts',
    from: 'return this.#joinable.delete(key) ? 1 : 0;',
    to: 'return key === undefined ? 1 : 0;',
  },
  {
    what: 'invalidateTags() overlooks loads in flight',
    file: 'flights.ts',
    from: 'if (!flight.plan.tags.some((tag) => tags.has(tag))) continue;',
    to: 'if (flight.plan.tags.length >= 0) continue;',
  },
  {
    what: 'clear() overlooks loads in flight',
    file: 'flights.ts',
    from: 'const count = this.#joinable.size;\n    this.#joinable.clear();',
    to: 'const count = this.#joinable.size;',
  },
  {
    what: 'a load stores although it was invalidated',
    file: 'flights.ts',
    from: 'const current = this.#isCurrent(flight);',
    to: 'const current = true;',
  },
  {
    what: 'a load that ends takes the place of the newer one away',
    file: 'flights.ts',
    from: 'if (this.#isCurrent(flight)) this.#joinable.delete(flight.plan.key);',
    to: 'this.#joinable.delete(flight.plan.key);',
  },
  {
    what: 'set() lets an older load replace its value',
    file: 'cache.ts',
    from: 'this.#flights.detach(name);\n    this.#store',
    to: 'this.#store',
  },
  {
    what: 'the index of tags loses values',
    file: 'entries.ts',
    from: 'for (const entry of tagged) this.#remove(entry);',
    to: '',
  },
  {
    what: 'a load that is late goes on to count',
    file: 'flights.ts',
    from: '=> this.#fail(flight, this.#lateError(), true)',
    to: '=> flight.fail(this.#lateError(), true)',
  },
];

test('[CACHE-10] the races pass on a copy of the cache without a planted fault', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-mutant-'));
  try {
    const same = 'return this.#joinable.delete(key) ? 1 : 0;';
    const create = await plant({ what: 'nothing', file: 'flights.ts', from: same, to: same }, folder);
    for (let seed = 0; seed < 1_000; seed++) await checkSeed(seed, create);
  } finally {
    await rm(folder, { recursive: true });
  }
});

for (const mutant of MUTANTS) {
  test(`[CACHE-10] the races find it when ${mutant.what}`, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-mutant-'));
    try {
      const create = await plant(mutant, folder);
      await assert.rejects(async () => {
        for (let seed = 0; seed < SEEDED_RACES; seed++) await seededRace(seed, create);
      }, /key \d|loads/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

async function checkSeed(seed: number, create: typeof createCache): Promise<void> {
  try {
    await seededRace(seed, create);
  } catch (cause) {
    throw new Error(`race ${seed} broke the promise`, { cause });
  }
}

/** The cache as it is, but for the fault, in a folder of its own. */
async function plant(mutant: Mutant, folder: string): Promise<(options: CacheOptions) => Cache> {
  const source = path.dirname(import.meta.dirname);
  await cp(import.meta.dirname, path.join(folder, 'cache'), { recursive: true });
  for (const layer of ['core', 'signals']) await symlink(path.join(source, layer), path.join(folder, layer));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  const file = path.join(folder, 'cache', mutant.file);
  const parts = (await readFile(file, 'utf8')).split(mutant.from);
  assert.equal(parts.length, 2, `${mutant.file} holds the line to change exactly once`);
  await writeFile(file, parts.join(mutant.to));
  const mutated = (await import(pathToFileURL(path.join(folder, 'cache', 'index.ts')).href)) as {
    createCache: typeof createCache;
  };
  return mutated.createCache;
}
