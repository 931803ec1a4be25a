import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { MillraceError } from 'millrace/core';
import { withClient } from './data/index.ts';
import { spawnService, startInstance } from './instances.test.scene.ts';
import { refusalLine, startService } from './start.ts';
import { startTrial, type Trial, trialEnvironment } from './trial.ts';

let trial: Trial;
let databaseUrl: string;
before(async () => {
  trial = await startTrial();
  databaseUrl = await trial.createDatabase('optimised');
});
after(() => trial?.[Symbol.asyncDispose]());

const environment = (): Record<string, string> => ({
  ...trialEnvironment(databaseUrl, 'optimised', trial.crs),
  PORT: '0',
});

async function endOf(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  const [said, [code]] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'exit')]);
  return { code: code as number | null, said };
}

type Change = Readonly<Record<string, string | undefined>>;

function changed(change: Change): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...environment(), ...change }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

/** What the service says when its environment is changed like this and it cannot start; undefined removes a variable. */
async function refused(change: Change): Promise<string> {
  const service = await startService(changed(change)).catch((error: unknown) => error);
  assert.ok(service instanceof MillraceError, String(service));
  const said = refusalLine(service);
  assert.match(said, /^reference: [^\n]+\(MILLRACE_(?:REFERENCE|CONFIG)_[A-Z_]+\)\n$/);
  return said;
}

/** The same, as a process says it. */
async function refusedProcess(change: Change): Promise<string> {
  const { code, said } = await endOf(spawnService(changed(change)));
  assert.equal(code, 2, said);
  return said;
}

describe('a start that cannot be', () => {
  test('[REF-60, REF-61, REF-62, REF-63] ends with code 2 and one line', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const changes: Change[] = [
      { REFERENCE_SWITCHES: 'cache.none,db.no-indexes' },
      { DATABASE_URL: 'postgres://127.0.0.1:1/nowhere' },
      { PORT: String((taken.address() as AddressInfo).port) },
      { PORT: 'http' },
    ];
    for (const change of changes) {
      const env = { HOST: '127.0.0.1', ...change };
      assert.equal(await refusedProcess(env), await refused(env));
    }
    taken.close();
  });

  test('[REF-60] an unknown switch', async () => {
    assert.match(await refused({ REFERENCE_SWITCHES: 'cache.none,db.no-indexes' }), /"db.no-indexes".*db\.no-index,/);
  });

  test('[REF-66] two switches that exclude each other', async () => {
    const said = await refused({ REFERENCE_SWITCHES: 'typical,db.no-index' });
    assert.match(said, /both db\.no-index and db\.key-indexes-only/);
  });

  test('[REF-61] no database named, none there, an empty one, the wrong one', async () => {
    assert.match(await refused({ DATABASE_URL: undefined }), /DATABASE_URL is not set; set it to/);
    assert.match(await refused({ DATABASE_URL: 'postgres://127.0.0.1:1/nowhere' }), /cannot be used: .*ECONNREFUSED/);
    const empty = await trial.postgres.createDatabase('empty');
    assert.match(await refused({ DATABASE_URL: empty }), /holds no table users; start Postgres there, load the schema/);
    assert.match(
      await refused({ REFERENCE_SWITCHES: 'db.no-index' }),
      /index set "none, totals", and this one has "all, totals"/,
    );
    const uncounted = await trial.createDatabase('optimised');
    await withClient(uncounted, (client) => client.query('ALTER TABLE signals DISABLE TRIGGER signals_are_counted'));
    assert.match(await refused({ DATABASE_URL: uncounted }), /index set "all, totals", and this one has "all"/);
    const plain = await trial.createDatabase('origin');
    assert.match(await refused({ DATABASE_URL: plain }), /index set "all, totals", and this one has "none"/);
  });

  test('[REF-62] a port in use, an address of somebody else', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    assert.match(await refused({ PORT: String(port) }), new RegExp(`port ${port} of 127.0.0.1 is in use; stop what`));
    server.close();
    assert.match(await refused({ HOST: '192.0.2.1' }), /cannot listen on port 0 of 192\.0\.2\.1: EADDRNOTAVAIL/);
  });

  test('[REF-63] settings that are wrong, missing or contradict each other', async () => {
    assert.match(await refused({ PORT: 'http' }), /PORT is/);
    assert.match(await refused({ NODE_ENV: 'production', JWT_SECRET_KEY: '' }), /JWT_SECRET_KEY is not set/);
    assert.match(await refused({ JWT_SECRET: randomUUID() + randomUUID() }), /JWT_SECRET_KEY and JWT_SECRET differ/);
    assert.match(await refused({ CRS_ADMIN_SECRET: '' }), /CRS_URL is set without/);
    assert.match(await refused({ LLM_URL: 'http://127.0.0.1:1' }), /LLM_URL is set without LLM_API_KEY/);
    assert.match(await refused({ ACCESS_LOG: '/no/such/folder/log' }), /ACCESS_LOG names .*: ENOENT; name a file/);
    const secret = 'half-a-secret';
    assert.ok(!(await refused({ JWT_SECRET_KEY: secret })).includes(secret));
  });
});

/** Waits until the service has counted its first request. */
async function underWay(url: string): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  for (let requests = 0; requests === 0; ) {
    const { counters } = (await (await fetch(`${url}/internal/counters`, { signal })).json()) as {
      counters: { requests: number };
    };
    requests = counters.requests;
  }
}

describe('a running service', () => {
  test('[REF-64] SIGTERM and SIGINT let the request under way finish, then the process ends with 0', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, url } = await startInstance(environment());
      const body = JSON.stringify({ username: 'nobody', password: 'not the password' });
      const headers = { 'content-type': 'application/json' };
      const login = fetch(`${url}/api/v1/auth/token`, { method: 'POST', headers, body });
      await underWay(url);
      child.kill(signal);
      const ended = endOf(child);
      assert.equal((await login).status, 401);
      assert.equal((await ended).code, 0);
    }
  });

  test('[REF-65] the counters are there under proof alone', async () => {
    const open = await trial.open('optimised');
    const shut = await trial.open('optimised', { env: { MILLRACE_PROOF: '0' } });
    const counted = await open.app.inject('/internal/counters');
    assert.equal((await shut.app.inject('/internal/counters')).statusCode, 404);
    const { counters, histograms } = counted.json() as { counters: object; histograms: object };
    assert.deepEqual(Object.keys(counters).sort(), [
      ...['authorisedRequests', 'cpuUs', 'dbConnects', 'dbQueries', 'identityFirstSights', 'identityHits'],
      ...['identityQueries', 'libuvHashes', 'lostLogLines', 'lostLogRows', 'pooledHashes'],
      ...['preparedStatements', 'queuedHashes'],
      ...['rejectedLogins', 'requests', 'synchronousHashes', 'synchronousLogWrites'],
      ...['upstreamCalls', 'upstreamConnects'],
    ]);
    assert.deepEqual(Object.keys(histograms).sort(), ['eventLoopDelayUs', 'identityHitUs']);
  });
});
