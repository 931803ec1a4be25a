import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { withClient } from './databases.ts';
import { createTestDatabase, startTestServices, type TestTemplate, testPostgres, testRedis } from './index.ts';

/** Makes a table, and counts how often that was done in the run: each build leaves a database behind. */
function counted(name: string): TestTemplate & { builds: number } {
  const template = {
    name,
    builds: 0,
    build: async (url: string): Promise<void> => {
      template.builds++;
      await withClient(url, (client) => client.query('CREATE TABLE item AS SELECT generate_series(1, 3) AS id'));
    },
  };
  return template;
}

async function count(url: string): Promise<number> {
  return withClient(
    url,
    async (client) => (await client.query('SELECT count(*)::int AS count FROM item')).rows[0].count,
  );
}

async function exists(url: string): Promise<boolean> {
  const name = new URL(url).pathname.slice(1);
  const { adminUrl } = await testPostgres();
  return withClient(adminUrl, async (client) => {
    return (await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).rowCount === 1;
  });
}

suite('databases for tests', () => {
  test('[SERVICES-17] each has a name of its own and is dropped when its owner ends', async (t) => {
    const urls: string[] = [];
    await t.test('owner', async (owner) => {
      urls.push(await createTestDatabase(owner), await createTestDatabase(owner));
      assert.notEqual(urls[0], urls[1]);
      for (const url of urls) assert.ok(await exists(url));
    });
    for (const url of urls) assert.equal(await exists(url), false);
  });

  test('[SERVICES-17] a connection that a test forgot does not keep its database', async (t) => {
    let url = '';
    await t.test('owner', async (owner) => {
      url = await createTestDatabase(owner);
      const { Client } = await import('pg');
      const client = new Client(url).on('error', () => {});
      await client.connect();
    });
    assert.equal(await exists(url), false);
  });

  test('[SERVICES-18] a template is built once, however many ask at once, and every clone has its rows', async (t) => {
    const template = counted('shared');
    const urls = await Promise.all([1, 2, 3, 4].map(() => createTestDatabase(t, { template })));
    assert.deepEqual(await Promise.all(urls.map(count)), [3, 3, 3, 3]);
    assert.equal(template.builds, 1);
  });

  test('[SERVICES-18] a template whose build failed is built anew', async (t) => {
    const template = counted('flaky');
    const failing = { ...template, build: () => Promise.reject(new Error('disk full')) };
    await assert.rejects(createTestDatabase(t, { template: failing }), /disk full/);
    assert.equal(await count(await createTestDatabase(t, { template })), 3);
  });
});

test('[SERVICES-19] the servers of a run are handed on, so that its files share one cluster and one Redis', async () => {
  await using services = await startTestServices({ mayInstall: false });
  const script = `
    const { testPostgres, testRedis } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const { adminUrl, prefix } = await testPostgres();
    console.log(JSON.stringify({ adminUrl, prefix, redis: (await testRedis()) ?? '' }));
  `;
  const env = { ...process.env, ...services.environment };
  const words = ['--conditions=millrace-source', '--input-type=module', '--eval', script];
  const ask = async (): Promise<{ adminUrl: string; prefix: string; redis: string }> =>
    JSON.parse((await promisify(execFile)(process.execPath, words, { env })).stdout);
  const [one, two] = await Promise.all([ask(), ask()]);
  for (const seen of [one, two]) {
    assert.equal(seen.adminUrl, services.postgres.adminUrl);
    assert.equal(seen.redis, services.redis?.url ?? '');
  }
  assert.notEqual(one.prefix, two.prefix);
  assert.equal(one.prefix.slice(0, 18), two.prefix.slice(0, 18));
});

test('[SERVICES-19] asking twice in one file gives the same server', async () => {
  assert.equal(await testPostgres(), await testPostgres());
  assert.equal(await testRedis(), await testRedis());
});
