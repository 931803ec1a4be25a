import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Client } from 'pg';
import { withClient } from './databases.ts';
import { startPostgres } from './index.ts';
import type { PostgresPower, PostgresServer } from './postgres-server.ts';
import { runTrial, settled, trialFolder } from './trial/trial.ts';

const environment = {};
const linux = process.platform === 'linux' ? false : 'the leftovers are looked for in /proc';

function powerOf({ power }: PostgresServer): PostgresPower {
  assert.ok(power);
  return power;
}

suite('a server that is taken away', () => {
  let postgres: PostgresServer;
  let url: string;
  before(async () => {
    postgres = await startPostgres({ environment });
    url = await postgres.createDatabase('kept');
    await withClient(url, (client) => client.query('ALTER DATABASE kept SET synchronous_commit = on'));
    await withClient(url, (client) => client.query('CREATE TABLE notes (round int)'));
  });
  after(() => postgres?.close());

  test('[SERVICES-25] a server that was stopped starts again on the same data, as often as wanted', async () => {
    for (const [round, how] of (['crash', 'fast', 'crash'] as const).entries()) {
      await withClient(url, (client) => client.query('INSERT INTO notes VALUES ($1)', [round]));
      await powerOf(postgres).stop(how);
      await assert.rejects(withClient(url, (client) => client.query('SELECT 1')));
      await powerOf(postgres).start();
      const { rows } = await withClient(url, (client) => client.query('SELECT round FROM notes ORDER BY 1'));
      assert.deepEqual(
        rows.map((row) => row.round),
        Array.from({ length: round + 1 }, (_, index) => index),
      );
    }
  });

  test('[SERVICES-25] clients hear of an orderly stop from the server, of a crash from what outlived it', async () => {
    const told = async (how: 'crash' | 'fast'): Promise<string | undefined> => {
      const said: string[] = [];
      const client = new Client(url);
      await client.connect();
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      client.on('error', (error) => said.push(error.message)).on('end', resolve);
      await powerOf(postgres).stop(how);
      await ended;
      await powerOf(postgres).start();
      return said[0];
    };
    assert.match((await told('fast')) ?? '', /administrator command/);
    assert.match((await told('crash')) ?? '', /unexpected postmaster exit|unexpectedly/);
  });
});

for (const how of ['crash', 'fast', 'started again'] as const) {
  test(`[SERVICES-26] close of a server that was stopped leaves nothing: ${how}`, { skip: linux }, async (t) => {
    await using folder = await trialFolder();
    const { TMPDIR } = process.env;
    t.after(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    });
    process.env.TMPDIR = folder.path;
    const postgres = await startPostgres({ environment });
    await powerOf(postgres).stop(how === 'fast' ? 'fast' : 'crash');
    if (how === 'started again') await powerOf(postgres).start();
    await postgres.close();
    assert.deepEqual(await settled(folder.path), []);
  });
}

for (const afterMs of [1_500, 1_900]) {
  test(`[SERVICES-26] SIGKILL of a parent that takes its server away leaves nothing, ${afterMs} ms`, {
    skip: linux,
  }, async () => {
    assert.deepEqual(await runTrial({ mode: 'restart', afterMs, signal: 'SIGKILL', group: false }), []);
  });
}
