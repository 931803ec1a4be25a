import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { createFakeClock } from '../testing/index.ts';
import { numbered, startTrial } from './conformance.test.model.ts';
import { BINDINGS } from './services.test.model.ts';

/** Lets handlers wait until they are let go. */
function createGate(): { readonly passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

/** Until `met`, or so long that it will not be. */
async function until(met: () => boolean): Promise<void> {
  for (let i = 0; i < 2_000 && !met(); i++) await (i < 50 ? turn() : wait(1));
  assert.ok(met());
}

const JOINS = 8;

for (const binding of BINDINGS) {
  const { name } = binding;

  test(`[CACHE-409] ${name}: however many ask for one answer while it is made, it is made once`, async () => {
    const gate = createGate();
    await using trial = await startTrial(createFakeClock(), binding, async (_, run) => {
      await gate.passed;
      return numbered(run);
    });
    const asked = Array.from({ length: JOINS }, () => trial.text('/items/1'));
    await until(() => trial.cache.stats().joins === JOINS - 1);
    gate.open();
    assert.deepEqual(new Set(await Promise.all(asked)), new Set(['run 1']));
    assert.equal(trial.runs(), 1);
  });

  test(`[CACHE-409] ${name}: an answer for one is given to nobody who waits, and then nobody waits`, async () => {
    const [first, rest] = [createGate(), createGate()];
    await using trial = await startTrial(createFakeClock(), binding, async (_, run) => {
      await (run === 1 ? first : rest).passed;
      return numbered(run, { headers: { 'set-cookie': `visit=${run}` } });
    });
    const asked = Array.from({ length: JOINS }, () => trial.service.send({ path: '/items/1' }));
    await until(() => trial.cache.stats().joins === JOINS - 1);
    first.open();
    await until(() => trial.runs() === JOINS); // All the others at once: none waits for another.
    const late = trial.service.send({ path: '/items/1' });
    await until(() => trial.runs() === JOINS + 1);
    rest.open();
    const cookies = (await Promise.all([...asked, late])).map(({ headers }) => headers['set-cookie']);
    assert.equal(new Set(cookies).size, JOINS + 1);
  });

  test(`[CACHE-409] ${name}: once answers are for everybody again, they are stored again`, async () => {
    const handler = (_: unknown, run: number) =>
      numbered(run, run === 1 ? { headers: { 'set-cookie': 'visit=1' } } : {});
    await using trial = await startTrial(createFakeClock(), binding, handler, { ttlMs: 60_000 });
    assert.equal(await trial.text('/items/1'), 'run 1');
    await trial.clock.advance(1_001);
    assert.deepEqual([await trial.text('/items/1'), await trial.text('/items/1')], ['run 2', 'run 2']);
  });

  test(`[CACHE-410] ${name}: an error reaches who asked and is not stored`, async () => {
    await using trial = await startTrial(createFakeClock(), binding, (_, run) => {
      if (run < 3) throw new Error('the handler broke');
      return numbered(run);
    });
    assert.equal((await trial.service.send({ path: '/items/1' })).status, 500);
    assert.equal((await trial.service.send({ path: '/items/1' })).status, 500);
    assert.equal(await trial.text('/items/1'), 'run 3');
    assert.equal(await trial.text('/items/1'), 'run 3');
  });

  for (const [how, fail] of [
    ['answers 503', () => numbered(0, { status: 503, headers: { 'x-trouble': 'yes' } })],
    [
      'throws',
      () => {
        throw new Error('the handler broke');
      },
    ],
  ] as const) {
    test(`[CACHE-410] ${name}: a handler that ${how} is stood in for by an old answer, for a while`, async () => {
      let broken = false;
      const options = { ttlMs: 1_000, staleIfErrorMs: 5_000 };
      await using trial = await startTrial(
        createFakeClock(),
        binding,
        (_, run) => (broken ? fail() : numbered(run)),
        options,
      );
      const fresh = await trial.service.send({ path: '/items/1' });
      broken = true;
      await trial.clock.advance(2_000);
      const old = await trial.service.send({ path: '/items/1' });
      assert.deepEqual([old.status, String(old.body), old.headers.age], [200, 'run 1', '2']);
      assert.deepEqual([old.headers.etag, old.headers['x-trouble']], [fresh.headers.etag, undefined]);
      await trial.clock.advance(5_000);
      assert.ok((await trial.service.send({ path: '/items/1' })).status >= 500);
      broken = false;
      assert.equal(await trial.text('/items/1'), 'run 4');
    });
  }

  test(`[CACHE-411] ${name}: past its TTL one request makes a new answer, and the others get the old one at once`, async () => {
    const gate = createGate();
    const handler = async (_: unknown, run: number) => {
      if (run > 1) await gate.passed;
      return numbered(run);
    };
    await using trial = await startTrial(createFakeClock(), binding, handler, {
      ttlMs: 1_000,
      staleWhileRevalidateMs: 5_000,
    });
    await trial.text('/items/1');
    await trial.clock.advance(2_000);
    const first = trial.text('/items/1');
    await until(() => trial.runs() === 2);
    assert.deepEqual([await trial.text('/items/1'), await trial.text('/items/1')], ['run 1', 'run 1']);
    if (binding.detached) assert.equal(await first, 'run 1');
    gate.open();
    if (!binding.detached) assert.equal(await first, 'run 2');
    await until(() => trial.cache.stats().loading === 0);
    assert.equal(await trial.text('/items/1'), 'run 2');
    assert.equal(trial.runs(), 2);
  });

  for (const tags of [['a'], 'named'] as const) {
    test(`[CACHE-412] ${name}: an invalidated tag (${tags}) drops stored answers, and what is being made of older data`, async () => {
      const gate = createGate();
      await using trial = await startTrial(
        createFakeClock(),
        binding,
        async ({ path }, run) => {
          if (path === '/items/slow' && run < 4) await gate.passed;
          return numbered(run, { headers: { 'x-tags': path === '/items/b' ? 'b' : 'a' } });
        },
        { tags },
      );
      assert.deepEqual([await trial.text('/items/1'), await trial.text('/items/b')], ['run 1', 'run 2']);
      const slow = trial.text('/items/slow');
      await until(() => trial.runs() === 3);
      await trial.cache.invalidateTags(['a']);
      gate.open();
      assert.equal(await slow, 'run 3');
      assert.equal(await trial.text('/items/slow'), 'run 4');
      assert.equal(await trial.text('/items/1'), 'run 5');
      assert.equal(await trial.text('/items/b'), tags === 'named' ? 'run 2' : 'run 6');
    });
  }

  test(`[CACHE-417] ${name}: a cache that is full, late or closed does not hinder the handler`, async () => {
    const gate = createGate();
    const cacheOptions = { maxLoads: 1, loadTimeoutMs: 100 };
    const handler = async ({ path }: { readonly path: string }, run: number) => {
      if (path === '/items/slow') await gate.passed;
      return numbered(run);
    };
    await using trial = await startTrial(createFakeClock(), binding, handler, { cacheOptions });
    const slow = trial.text('/items/slow');
    await until(() => trial.runs() === 1);
    assert.equal(await trial.text('/items/1'), 'run 2');
    const joined = trial.text('/items/slow');
    await until(() => trial.cache.stats().joins === 1);
    await trial.clock.advance(101);
    await until(() => trial.runs() === 3);
    gate.open();
    assert.deepEqual([await slow, await joined], ['run 1', 'run 3']);
    await trial.cache.close();
    assert.equal(await trial.text('/items/1'), 'run 4');
  });
}
