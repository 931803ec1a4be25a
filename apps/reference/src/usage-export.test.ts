import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Counters } from './counters.ts';
import { WHALE_USER } from './data/index.ts';
import { Database } from './database.ts';
import type { Service } from './service.ts';
import { startTrial, type Trial, trialCallers } from './trial.ts';

const { whale } = trialCallers();
const EXPORT = '/api/v1/stats/usage/export';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

function openDatabase(url: string): Database {
  return new Database({ url, size: 2, overflow: 0, acquireTimeoutMs: 5_000, maxLifetimeMs: 60_000 }, new Counters());
}

async function ask({ app }: Service, query: string): Promise<string> {
  const answer = await app.inject({ url: `${EXPORT}${query}`, headers: whale });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.body;
}

test('[REF-121] both formats hold the same calls, all of them, oldest first', async () => {
  await using service = await trial.open('optimised');
  const [head, ...lines] = (await ask(service, '')).trimEnd().split('\r\n');
  const { items } = JSON.parse(await ask(service, '?format=json')) as { items: Record<string, unknown>[] };
  assert.equal(lines.length, 1_000, "a fifth of five thousand calls is the whale's");
  assert.equal(head, Object.keys(items[0] ?? {}).join());
  assert.deepEqual(
    lines.map((line) => Number(line.split(',', 1)[0])),
    items.map((item) => item.id),
  );
  const ids = items.map((item) => Number(item.id));
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  );
});

test('[REF-120] a key whose name is a formula is exported as text', async () => {
  for (const switches of ['optimised', 'export.buffered']) {
    const url = await trial.createDatabase(switches);
    const database = openDatabase(url);
    await database.query(`UPDATE api_keys SET name = '=HYPERLINK("http://example.test")' WHERE user_id = $1`, [
      WHALE_USER,
    ]);
    await database.close();
    await using service = await trial.open(switches, { env: { DATABASE_URL: url } });
    const [, line] = (await ask(service, '?limit=1')).split('\r\n');
    assert.match(line ?? '', /^\d+,\d+,"'=HYPERLINK\(""http:\/\/example\.test""\)",model-/);
  }
});

test('[REF-123] [REF-140] a client that leaves while the database works ends the statement there', async () => {
  const url = await trial.createDatabase('optimised');
  await using service = await trial.open('optimised', { env: { DATABASE_URL: url } });
  const address = await service.app.listen({ port: 0, host: '127.0.0.1' });
  const database = openDatabase(url);
  await database.transaction(async (work) => {
    await work.query('LOCK TABLE usage_records IN ACCESS EXCLUSIVE MODE');
    const leaving = new AbortController();
    const answer = fetch(`${address}${EXPORT}`, { headers: whale, signal: leaving.signal });
    await waitFor(async () => (await waiting(database)) === 1);
    leaving.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    await waitFor(async () => (await waiting(database)) === 0);
  });
  await database.close();
  assert.equal((await ask(service, '?limit=3')).split('\r\n').length, 5);
  const { body } = await service.app.inject({ url: '/metrics' });
  const statuses = body.matchAll(/_count\{method="GET",route="\/api\/v1\/stats\/usage\/export",status="(\d+)"\}/g);
  assert.deepEqual([...statuses].map(([, status]) => status).sort(), ['200', '499'], 'no failure of the service');
});

/** How many statements of others wait for the lock. */
async function waiting(database: Database): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(*) AS n FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%usage_records%'`,
  );
  return row?.n ?? 0;
}

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 10_000;
  while (!(await holds())) {
    assert.ok(performance.now() < until, 'it did not come about in ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('[REF-121] a database that fails before the first byte is a problem document, not half a file', async () => {
  const url = await trial.createDatabase('optimised');
  await using service = await trial.open('optimised', { env: { DATABASE_URL: url } });
  const database = openDatabase(url);
  await database.query('ALTER TABLE usage_records RENAME TO gone');
  await database.close();
  const answer = await service.app.inject({ url: EXPORT, headers: whale });
  assert.deepEqual([answer.statusCode, answer.json().status], [500, 500]);
});
