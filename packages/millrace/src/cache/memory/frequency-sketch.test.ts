import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../core/index.ts';
import { propertySeed } from '../../testing/index.ts';
import { FrequencySketch } from './frequency-sketch.ts';

const CAPACITY = 1_000;

function create(capacity = CAPACITY): FrequencySketch {
  const sketch = new FrequencySketch();
  sketch.grow(capacity);
  return sketch;
}

const count = fc.integer({ min: 1, max: 15 });
const raises = fc.array(fc.tuple(fc.integer(), count), { maxLength: 200 });

test('[CACHE-109] an estimate is never below what was noted, and rarely above', () => {
  const property = fc.property(raises, (notes) => {
    const sketch = create();
    for (const [hash, times] of notes) sketch.raise(hash, times);
    for (const [hash, times] of notes) assert.ok(sketch.estimate(hash) >= times);
  });
  fc.assert(property, { numRuns: 500, ...propertySeed() });

  const sketch = create();
  const random = createRandom(1);
  for (let key = 0; key < CAPACITY; key++) sketch.raise(random.int(2 ** 32) | 0, 1 + (key % 15));
  let unknown = 0;
  for (let key = 0; key < 10_000; key++) if (sketch.estimate(random.int(2 ** 32) | 0) > 0) unknown++;
  assert.ok(unknown < 500, `${unknown} of 10000 unknown keys have a count`);
});

test('[CACHE-109] a sketch that grows forgets nothing', () => {
  const property = fc.property(raises, (notes) => {
    const sketch = create(10);
    for (const [hash, times] of notes) sketch.raise(hash, times);
    const before = notes.map(([hash]) => sketch.estimate(hash));
    sketch.grow(300);
    assert.deepEqual(
      notes.map(([hash]) => sketch.estimate(hash)),
      before,
    );
  });
  fc.assert(property, { numRuns: 200, ...propertySeed() });
});

test('[CACHE-109] once all words have aged, however the calls are cut, every count is half', () => {
  const property = fc.property(count, fc.integer(), fc.array(fc.integer({ min: 1, max: 40 })), (times, hash, cuts) => {
    const sketch = create(100);
    sketch.raise(hash, times);
    let left = sketch.words;
    for (const cut of cuts) {
      const words = Math.min(left, cut);
      sketch.age(words);
      left -= words;
    }
    sketch.age(left);
    assert.equal(sketch.estimate(hash), times >> 1);
  });
  fc.assert(property, { numRuns: 200, ...propertySeed() });
});
