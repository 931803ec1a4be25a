import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../core/index.ts';
import { ByteCorruption } from './byte-corruption.ts';
import { propertySeed } from './property-seed.ts';

function corrupt(
  fault: ConstructorParameters<typeof ByteCorruption>[0],
  seed: number,
  cuts: readonly number[],
): Buffer {
  const corruption = new ByteCorruption(fault, createRandom(seed));
  const pieces = cuts.map((length) => Buffer.alloc(length));
  const hits = pieces.reduce((sum, piece) => sum + corruption.apply(piece), 0);
  const whole = Buffer.concat(pieces);
  assert.equal(hits, whole.filter((byte) => byte !== 0).length);
  return whole;
}

test('[TESTING-14] what is hit depends on offset and seed, not on the slicing', () => {
  const property = fc.property(
    fc.array(fc.nat(50), { minLength: 1 }),
    fc.integer(),
    fc.double({ min: 0.001, max: 1, noNaN: true }),
    (cuts, seed, probability) => {
      const total = cuts.reduce((sum, length) => sum + length, 0);
      assert.deepEqual(corrupt({ probability }, seed, cuts), corrupt({ probability }, seed, [total]));
    },
  );
  fc.assert(property, { ...propertySeed() });
});

test('[TESTING-14] the share of bytes that are hit is the probability', () => {
  const hits = corrupt({ probability: 0.01 }, 3, [100_000]).filter((byte) => byte !== 0).length;
  assert.ok(hits > 800 && hits < 1_200, `${hits} of 100,000`);
  assert.equal(corrupt({ probability: 1 }, 3, [1_000]).indexOf(0), -1);
});

test('[TESTING-14] an offset hits that byte and no other', () => {
  const bytes = corrupt({ at: 7 }, 1, [5, 5]);
  assert.notEqual(bytes[7], 0);
  assert.equal(bytes.filter((byte) => byte !== 0).length, 1);
});
