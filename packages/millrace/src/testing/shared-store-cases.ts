import assert from 'node:assert/strict';
import type { FoundValue, Lease, SharedStore, SharedValue, Taken } from '../cache/index.ts';
import { until } from './until.ts';

/** Three ways to one store, each as in a process of its own. */
export type StoreCase = (a: SharedStore, b: SharedStore, c: SharedStore, renewMs: number) => Promise<void>;

const KEY = 'key';
/** Far more than a message takes, far less than {@link LONG_MS}. */
const SOON_MS = 2_000;
const LONG_MS = 60_000;

function sharedValue(value: unknown, life: Partial<SharedValue> = {}): SharedValue {
  const place = { epoch: 'epoch', position: 7 };
  return { value, tags: ['one', 'two'], place, ttlMs: LONG_MS, staleMs: LONG_MS, loadMs: 12, ...life };
}

async function lease(store: SharedStore, key: string = KEY, refused?: string): Promise<Lease> {
  const taken = await store.take(key, refused);
  assert.equal(taken.kind, 'lease');
  return (taken as Extract<Taken, { kind: 'lease' }>).lease;
}

async function fill(store: SharedStore, value: SharedValue, key: string = KEY): Promise<FoundValue> {
  assert.equal(await store.fill(await lease(store, key), value), true);
  const found = await store.find(key);
  assert.ok(found !== undefined);
  return found;
}

/** Waits as who finds the key held, and then does what must end the wait soon. */
async function wokenBy(store: SharedStore, wake: () => Promise<unknown>): Promise<void> {
  const taken = await store.take(KEY, undefined);
  assert.equal(taken.kind, 'held');
  const { forMs, filled } = taken as Extract<Taken, { kind: 'held' }>;
  assert.ok(forMs > 0);
  const begunAt = performance.now();
  const woken = filled(LONG_MS);
  await wake();
  await woken;
  assert.ok(performance.now() - begunAt < SOON_MS, 'who waited was not told');
}

/** What a store of values must do. */
export const STORE_CASES: Readonly<Record<string, StoreCase>> = {
  'a value is found by the others as it was, with what was said of it': async (a, b) => {
    const value = sharedValue({ rows: [1, null, 'text'] });
    await fill(a, value);
    const { id, ageMs, ...found } = (await b.find(KEY)) as FoundValue;
    assert.deepEqual(found, value);
    assert.ok(typeof id === 'string' && ageMs >= 0 && ageMs < SOON_MS);
    await fill(a, sharedValue(null), 'other');
    const many = await b.findMany([KEY, 'none', 'other']);
    assert.deepEqual(
      many.map((each) => each?.value),
      [value.value, undefined, null],
    );
    assert.deepEqual([await b.find('none'), await b.findMany([])], [undefined, []]);
  },
  'a value ages, is kept past its TTL for so long as it says, and ends': async (a, b) => {
    await fill(a, sharedValue('short', { ttlMs: 20, staleMs: 300 }));
    await until('past its TTL', SOON_MS, async () => ((await b.find(KEY))?.ageMs ?? LONG_MS) > 20);
    await until('gone', SOON_MS, async () => (await b.find(KEY)) === undefined);
  },
  'keys do not meet, however odd or long they are': async (a, b) => {
    const keys = ['a', ' ', 'a{b}', '{', '}', '%', ':a', '*', 'ключ', '\0', 'x'.repeat(5_000), `${'x'.repeat(5_000)}y`];
    for (const key of keys) await fill(a, sharedValue(key), key);
    assert.deepEqual(
      (await b.findMany(keys)).map((each) => each?.value),
      keys,
    );
    await b.remove(keys.slice(0, 1));
    assert.deepEqual(
      (await a.findMany(keys)).map((each) => each?.value),
      [undefined, ...keys.slice(1)],
    );
  },
  'one has the right to load, and its fill wakes who waits': async (a, b, c) => {
    const held = await lease(a);
    await wokenBy(b, () => a.fill(held, sharedValue(1)));
    const taken = await b.take(KEY, undefined);
    assert.equal(taken.kind === 'value' && taken.found?.value, 1);
    assert.equal((await c.find(KEY))?.value, 1);
    assert.equal(await a.fill(held, sharedValue(2)), false, 'a right is used once');
  },
  'a right that is given back wakes who waits, and is free': async (a, b) => {
    const held = await lease(a);
    await wokenBy(b, () => a.release(held, 'nothing', 0));
    await lease(b);
  },
  'a removal takes value and right at once, and wakes who waits': async (a, b, c) => {
    const { id } = await fill(a, sharedValue('old'));
    const held = await lease(a, KEY, id);
    assert.equal(await a.renew(held), true);
    const taken = await b.take(KEY, id);
    assert.equal(taken.kind, 'held');
    const waiting = (taken as Extract<Taken, { kind: 'held' }>).filled(LONG_MS);
    await c.remove([KEY]);
    await waiting;
    assert.deepEqual([await a.renew(held), await a.fill(held, sharedValue('stale'))], [false, false]);
    assert.equal(await b.find(KEY), undefined);
    const next = await lease(b);
    await a.release(held, 'failing', LONG_MS);
    assert.equal((await c.take(KEY, undefined)).kind, 'held', 'a lost right gives nothing back');
    assert.equal(await b.fill(next, sharedValue('new')), true);
  },
  'a value that is refused by its id is passed over, another one is not': async (a, b) => {
    const { id } = await fill(a, sharedValue('old'));
    const taken = await b.take(KEY, 'another');
    assert.equal(taken.kind === 'value' && taken.found?.id, id);
    const held = await lease(b, KEY, id);
    assert.equal(await b.fill(held, sharedValue('new')), true);
    const next = await a.take(KEY, id);
    assert.ok(next.kind === 'value' && next.found?.value === 'new' && next.found.id !== id);
  },
  'why nothing was stored is told for as long as was said': async (a, b) => {
    for (const why of ['failing', 'alone'] as const) {
      await a.release(await lease(a), why, LONG_MS);
      const taken = await b.take(KEY, undefined);
      assert.ok(taken.kind === why && taken.forMs > 0 && taken.forMs <= LONG_MS);
      await b.remove([KEY]);
      await a.release(await lease(a), why, 30);
      await until('free again', SOON_MS, async () => (await b.take(KEY, undefined)).kind === 'lease');
      await b.remove([KEY]);
    }
  },
  'a right lasts while it is renewed, and ends when its holder is gone': async (a, b, _c, renewMs) => {
    const held = await lease(a);
    for (const end = performance.now() + 5 * renewMs; performance.now() < end; ) {
      await new Promise((resolve) => void setTimeout(resolve, renewMs / 2));
      assert.equal(await a.renew(held), true);
      assert.equal((await b.take(KEY, undefined)).kind, 'held');
    }
    await until('free again', 10 * renewMs, async () => (await b.take(KEY, undefined)).kind === 'lease');
    assert.equal(await a.fill(held, sharedValue('late')), false);
  },
};
