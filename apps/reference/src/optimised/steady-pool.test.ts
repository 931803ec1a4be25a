import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from 'millrace/core';
import { createFakeClock, createFaultProxy, type FaultProxy } from 'millrace/testing';
import { Client } from 'pg';
import type { Connections } from '../connections.ts';
import { Counters } from '../counters.ts';
import { startTrial, type Trial } from '../trial.ts';
import { createSteadyPool } from './steady-pool.ts';

/** Half the time that a plain pool would have waited, at the least. */
const TOO_LONG_MS = 10_000;
/** Longer than who comes after a failed attempt is refused. */
const PAUSE_MS = 60;
/** Most connections of one attempt: its own, and those by which it asks whether the server is there. */
const OF_ONE_ATTEMPT = 4;
const LIMITS = { size: 2, overflow: 2, acquireTimeoutMs: 20_000, maxLifetimeMs: 60_000, statementTimeoutMs: 20_000 };

let trial: Trial;
let url: URL;
before(async () => {
  trial = await startTrial();
  url = new URL(await trial.createDatabase('optimised'));
});
after(() => trial?.[Symbol.asyncDispose]());

interface Scene {
  readonly pool: Connections;
  readonly proxy: FaultProxy;
  readonly counters: Counters;
  ask(sql: string): Promise<unknown[]>;
}

/** `options` are set for every connection. */
async function behindProxy(
  work: (scene: Scene) => Promise<void>,
  { options, clock = systemClock }: { options?: string; clock?: Clock } = {},
) {
  const folder = url.searchParams.get('host');
  const target = folder === null ? { host: url.hostname, port: Number(url.port) } : { path: `${folder}/.s.PGSQL.5432` };
  await using proxy = await createFaultProxy({ target });
  const proxied = new URL(url);
  proxied.searchParams.delete('host');
  proxied.host = `127.0.0.1:${proxy.port}`;
  if (options !== undefined) proxied.searchParams.set('options', options);
  const counters = new Counters();
  const pool = createSteadyPool({ url: proxied.href, ...LIMITS }, counters, clock);
  const ask = async (sql: string): Promise<unknown[]> => {
    const loan = await pool.lend();
    let broken: Error | undefined;
    const note = (error: Error): void => {
      broken = error;
    };
    loan.on('error', note);
    try {
      return (await loan.query(sql)).rows;
    } catch (error) {
      broken ??= error as Error;
      throw error;
    } finally {
      loan.off('error', note);
      loan.release(broken);
    }
  };
  try {
    await work({ pool, proxy, counters, ask });
  } finally {
    await within(pool.close());
  }
}

/** Fails when `work` waits for what a plain pool waits for. */
async function within<T>(work: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await work;
  } finally {
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs < TOO_LONG_MS, `took ${tookMs} ms`);
  }
}

/** Asks until there is an answer: how many refusals that took. */
async function recovered({ ask }: Scene): Promise<number> {
  for (let refusals = 0; ; refusals++) {
    const answer = await ask('SELECT 7 AS seven').catch(() => undefined);
    if (answer !== undefined) return refusals;
    assert.ok(refusals < 1_000, 'it never recovers');
    await sleep(10);
  }
}

test('[REF-97] a slow statement is not taken for a dead connection', async () => {
  await behindProxy(async ({ ask, counters }) => {
    assert.deepEqual(await ask(`SELECT 'slow' AS it FROM pg_sleep(2.6)`), [{ it: 'slow' }]);
    assert.equal(counters.get('dbConnects'), 1);
  });
});

test('[REF-97] nor where the server keeps no track of who is at work', async () => {
  await behindProxy(
    async ({ ask, counters }) => {
      assert.deepEqual(await ask(`SELECT 'slow' AS it FROM pg_sleep(1.6)`), [{ it: 'slow' }]);
      assert.equal(counters.get('dbConnects'), 1);
    },
    { options: '-c track_activities=off' },
  );
});

test('[REF-97] nor where the server refuses to be asked', async () => {
  const allow = async (isAllowed: boolean): Promise<void> => {
    const client = new Client(await trial.createDatabase('optimised'));
    await client.connect();
    await client.query(`ALTER DATABASE "${url.pathname.slice(1)}" ALLOW_CONNECTIONS ${isAllowed}`);
    await client.end();
  };
  await behindProxy(async ({ ask }) => {
    await ask('SELECT 1');
    await allow(false);
    try {
      assert.deepEqual(await ask(`SELECT 'slow' AS it FROM pg_sleep(1.6)`), [{ it: 'slow' }]);
    } finally {
      await allow(true);
    }
  });
});

test('[REF-97] an answer that trickles in is waited for', async () => {
  await behindProxy(async ({ ask, proxy, counters }) => {
    await ask('SELECT 1');
    proxy.set({ down: { slice: { maxBytes: 40, delayMs: 400 } } });
    assert.deepEqual(await ask(`SELECT repeat('x', 200) AS text`), [{ text: 'x'.repeat(200) }]);
    assert.equal(counters.get('dbConnects'), 1);
  });
});

test('[REF-97] a connection that is silent while the server answers others is broken, and it alone', async () => {
  await behindProxy(async (scene) => {
    const { pool, proxy, ask } = scene;
    const lost = await pool.lend();
    lost.on('error', () => {});
    await ask('SELECT 1');
    proxy.set({ up: { halfOpen: true } });
    const answer = lost.query('SELECT 1');
    answer.catch(() => {});
    while (proxy.stats().bytesSwallowed === 0) await sleep(1);
    proxy.clear(); // The statement is gone; the way is open again.
    const slow = ask(`SELECT 'well' AS it FROM pg_sleep(2)`);
    await within(assert.rejects(answer, /terminated/));
    lost.release(new Error('broken'));
    assert.deepEqual(await slow, [{ it: 'well' }]);
  });
});

test('[REF-97] a question that began in a silence breaks nothing when it fails after it', async () => {
  const clock = createFakeClock();
  await behindProxy(
    async ({ pool, proxy }) => {
      const [lost, well] = await Promise.all([pool.lend(), pool.lend()]);
      for (const loan of [lost, well]) loan.on('error', () => {});
      await using _ = {
        async [Symbol.asyncDispose]() {
          for (const loan of [lost, well]) loan.release(new Error('broken'));
        },
      };
      const swallows = async (act: () => unknown): Promise<void> => {
        const { bytesSwallowed } = proxy.stats();
        act();
        while (proxy.stats().bytesSwallowed === bytesSwallowed) await sleep(1);
      };
      proxy.set({ halfOpen: true });
      let answer: Promise<unknown> | undefined;
      await swallows(() => {
        answer = lost.query('SELECT 1');
        answer.catch(() => {});
      });
      await swallows(() => clock.advance(1_000));
      for (let more = 0; more < 3; more++) await swallows(() => clock.advance(500));
      proxy.clear();
      await well.query('SELECT 1');
      // Longer than the connections of the question are waited for.
      assert.deepEqual((await well.query(`SELECT 'well' AS it FROM pg_sleep(2.5)`)).rows, [{ it: 'well' }]);
      clock.advance(1_000);
      await within(assert.rejects(answer ?? Promise.resolve(), /terminated/));
    },
    { clock },
  );
});

test('[REF-97, REF-98] a server that falls silent costs those who wait and those who come a bounded time, and few attempts', async () => {
  await behindProxy(async (scene) => {
    const { proxy, ask } = scene;
    await ask('SELECT 1');
    proxy.set({ halfOpen: true });
    const asked = await within(Promise.allSettled(Array.from({ length: 20 }, () => ask('SELECT 1'))));
    assert.ok(asked.every(({ status }) => status === 'rejected'));
    const accepted = proxy.stats().accepted;
    const later = await Promise.allSettled(Array.from({ length: 500 }, () => ask('SELECT 1')));
    const refused = later.filter((each) => each.status === 'rejected' && each.reason.status === 503);
    assert.ok(refused.length >= 499, `${refused.length} refused at once`);
    // Connections of what has just failed may reach the proxy late.
    const since = proxy.stats().accepted - accepted;
    assert.ok(since <= OF_ONE_ATTEMPT, `${since} connections of at most one attempt`);
    await sleep(PAUSE_MS);
    const before = proxy.stats().accepted;
    const waited = await within(Promise.allSettled(Array.from({ length: 100 }, () => ask('SELECT 1'))));
    assert.ok(waited.every(({ status }) => status === 'rejected'));
    const made = proxy.stats().accepted - before;
    assert.ok(made >= 2 && made <= OF_ONE_ATTEMPT, `${made} connections of one attempt`);
    proxy.clear();
    await within(recovered(scene));
  });
});

test('[REF-98] an attempt that began in a silence fails nobody once the server is back', async () => {
  await behindProxy(async ({ proxy, ask }) => {
    proxy.set({ halfOpen: true });
    await assert.rejects(ask('SELECT 1'));
    await sleep(PAUSE_MS);
    const { bytesSwallowed } = proxy.stats();
    const during = ask('SELECT 1 AS one');
    while (proxy.stats().bytesSwallowed === bytesSwallowed) await sleep(1);
    proxy.clear();
    assert.deepEqual(await Promise.all([during, ask('SELECT 2 AS two')]), [[{ one: 1 }], [{ two: 2 }]]);
  });
});

test('[REF-89] a new connection that the silence swallowed is made again when the server has been heard of since', async () => {
  await behindProxy(async ({ proxy, ask }) => {
    proxy.set({ halfOpen: true });
    const during = ask('SELECT 1 AS one');
    while (proxy.stats().bytesSwallowed === 0) await sleep(1);
    proxy.clear();
    assert.deepEqual(await ask('SELECT 2 AS two'), [{ two: 2 }]);
    assert.deepEqual(await during, [{ one: 1 }]);
  });
});

test('[REF-98] while the server refuses connections one attempt at a time is made, and all is well at once afterwards', async () => {
  await behindProxy(async (scene) => {
    const { proxy, ask, counters } = scene;
    await ask('SELECT 1');
    proxy.set({ refuse: true });
    proxy.resetAll();
    await Promise.allSettled(Array.from({ length: 500 }, () => ask('SELECT 1')));
    const tried = proxy.stats().refused;
    // The one connection that was open hands its turn on when it breaks.
    assert.ok(tried >= 1 && tried <= LIMITS.size + LIMITS.overflow + 1, `${tried} tried when it went away`);
    await Promise.allSettled(Array.from({ length: 500 }, () => ask('SELECT 1')));
    assert.ok(proxy.stats().refused - tried <= 1, `${proxy.stats().refused - tried} tried after that`);
    proxy.clear();
    await within(recovered(scene));
    assert.equal(counters.get('dbConnects'), 2);
  });
});

test('[REF-98] connections that are open serve on while new ones are refused', async () => {
  await behindProxy(async ({ pool, proxy, ask }) => {
    const held = await pool.lend();
    await ask('SELECT 1');
    proxy.set({ refuse: true });
    const busy = await pool.lend();
    await assert.rejects(ask('SELECT 1'));
    busy.release();
    assert.deepEqual(await ask('SELECT 2 AS two'), [{ two: 2 }]);
    held.release();
  });
});

test('[REF-99] the end does not wait for a server that is silent', async () => {
  await behindProxy(async ({ ask, proxy }) => {
    await Promise.all([ask('SELECT 1'), ask('SELECT 1')]);
    proxy.set({ halfOpen: true });
  });
});
