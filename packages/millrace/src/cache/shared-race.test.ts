import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Mutant, plantFault } from './planted-fault.test.model.ts';
import { runSharedRaces } from './shared-race.test.runner.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101);
const RACES = 12_000;

test('[CACHE-300] no interleaving of loads, invalidations, cuts, losses and failovers shows an old value', async () => {
  const counts = await runSharedRaces(SEED, RACES);
  for (const [what, count] of Object.entries(counts)) assert.ok(count > RACES / 10, `${what}: ${count}`);
});

const MUTANTS: readonly Mutant[] = [
  {
    what: 'what others loaded is not asked about by patterns',
    file: 'log/tag-positions.ts',
    from: 'if (position < this.#positions.get(tag)! && glob.names(key)) return false;',
    to: '',
  },
  {
    what: 'tags of what others loaded are not asked about',
    file: 'log/position-log.ts',
    from: '&& this.#tags.covers(position, key, tags)',
    to: '',
  },
  {
    what: 'another history passes for the same',
    file: 'log/position-log.ts',
    from: 'return epoch === this.#epoch && !',
    to: 'return !',
  },
  {
    what: 'the shared value of an invalidated key stays',
    file: 'log/position-log.ts',
    from: 'if (keys.length > 0) await listener.removeShared(keys);',
    to: '',
  },
  {
    what: 'a gap in the log is passed over',
    file: 'log/position-log.ts',
    from: 'this.#tags.raise(position);\n    this.#options.listener.reset();',
    to: 'this.#tags.raise(position);',
  },
  {
    what: 'what others invalidate is not heard',
    file: 'log/position-log.ts',
    from: 'if (!own) this.#options.listener.invalidated(entry, position);',
    to: '',
  },
  {
    what: 'what was found is not held against the log',
    file: 'shared-copies.ts',
    from: '&& this.#log.counts(place, key, tags)',
    to: '',
  },
  {
    what: 'what was loaded before a loss is believed',
    file: 'log/position-log.ts',
    from: 'this.#position = position;\n    listener.reset();',
    to: 'this.#position = position;',
  },
];

for (const mutant of MUTANTS) {
  test(`[CACHE-305] the races find it when ${mutant.what}`, async () => {
    await using planted = await plantFault(mutant);
    await assert.rejects(runSharedRaces(1, RACES, planted.url), /race \d+: /);
  });
}
