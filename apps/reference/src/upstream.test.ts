import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { systemClock } from 'millrace/core';
import { createFakeClock } from 'millrace/testing';
import { createAnswersAside, createNewConnectionTransport } from './baseline/index.ts';
import { Counters } from './counters.ts';
import { createCrs } from './crs.ts';
import { createPooledTransport, createUpstreamAnswers } from './optimised/index.ts';
import type { UpstreamTransport } from './ports/index.ts';
import type { Service } from './service.ts';
import { startTrial, type Trial, trialCallers } from './trial.ts';

const ACCESS = { adminUser: 'admin', adminSecret: 'secret' };

const FIGURES = { requests: 1, tokens: 2, costUsd: 0.5 };
/** Says enough for a trend and for a dashboard. */
const SENSE = JSON.stringify({
  ...{ days: 1, points: [], totalKeys: 1, activeKeys: 1, total: FIGURES, today: FIGURES },
});

/** A key service whose every answer the test decides. */
class Scripted implements AsyncDisposable {
  readonly asked: string[] = [];
  answer: (path: string) => { status: number; body: string; hangs?: boolean } | 'nothing' = () => ({
    status: 200,
    body: SENSE,
  });
  /** The token that is good now; a login gives it out. */
  token = 'first';
  readonly #server = createServer((request, response) => this.#handle(request, response));

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.asked.push(path);
    const answer = this.#answerTo(path, request.headers.authorization);
    if (answer === 'nothing') return;
    response.writeHead(answer.status).write(answer.body);
    if (!answer.hangs) response.end();
  }

  #answerTo(path: string, authorization: string | undefined): ReturnType<Scripted['answer']> {
    if (path === '/admin/login')
      return { status: 200, body: JSON.stringify({ token: this.token, expiresInS: 86_400 }) };
    if (authorization !== `Bearer ${this.token}`) return { status: 401, body: '{}' };
    return this.answer(path);
  }
}

const TRANSPORTS: readonly (readonly [string, (baseUrl: string, timeoutMs: number) => UpstreamTransport])[] = [
  ['a connection a call', (baseUrl, timeoutMs) => createNewConnectionTransport(baseUrl, new Counters(), timeoutMs)],
  [
    'a pool',
    (baseUrl, timeoutMs) =>
      createPooledTransport({ baseUrl, maxConnections: 4, keepAliveMs: 10_000 }, new Counters(), timeoutMs),
  ],
];

for (const [name, create] of TRANSPORTS) {
  describe(`the key service over ${name}`, () => {
    let server: Scripted;
    let transport: UpstreamTransport;
    before(async () => {
      server = new Scripted();
      transport = create(await server.listen(), 200);
    });
    after(async () => {
      await transport.close();
      await server[Symbol.asyncDispose]();
    });

    test('[REF-42] a token that was voided leads to one new login, and never to a loop', async () => {
      const crs = createCrs(transport, createAnswersAside('logins', systemClock, true), ACCESS);
      await crs.trend(1);
      server.token = 'second';
      await crs.trend(2);
      assert.deepEqual(server.asked.splice(0), [
        ...['/admin/login', '/admin/trend?days=1'],
        ...['/admin/trend?days=2', '/admin/login', '/admin/trend?days=2'],
      ]);
      server.answer = () => ({ status: 401, body: '{}' });
      await assert.rejects(crs.trend(3), { status: 502 });
      assert.deepEqual(server.asked.splice(0), ['/admin/trend?days=3', '/admin/login', '/admin/trend?days=3']);
    });

    test('[REF-42] a token is renewed a minute before it ends', async () => {
      const clock = createFakeClock();
      const crs = createCrs(transport, createAnswersAside('logins', clock, true), ACCESS);
      server.answer = () => ({ status: 200, body: SENSE });
      await crs.dashboard();
      await clock.advance(86_400_000 - 61_000);
      await crs.dashboard();
      assert.equal(server.asked.filter((path) => path === '/admin/login').length, 1);
      await clock.advance(2_000);
      await crs.dashboard();
      assert.equal(server.asked.splice(0).filter((path) => path === '/admin/login').length, 2);
    });

    test('[REF-43] a failure, nonsense, silence and a closed port are problems of the upstream', async () => {
      const crs = createCrs(transport, createUpstreamAnswers({ name: 'logins', clock: systemClock }), ACCESS);
      server.answer = () => ({ status: 500, body: 'oops' });
      await assert.rejects(crs.dashboard(), { status: 502, message: 'the key service failed' });
      server.answer = () => ({ status: 200, body: '<html>' });
      await assert.rejects(crs.dashboard(), { status: 502, message: 'the key service gave no JSON' });
      server.answer = () => ({ status: 200, body: '{"totalKeys":1}' });
      await assert.rejects(crs.dashboard(), { status: 502, message: /makes no sense/ });
      server.answer = () => ({ status: 200, body: `"${'x'.repeat(64)}`, hangs: true });
      await assert.rejects(crs.dashboard(), { status: 504, message: 'the key service did not answer in time' });
      server.answer = () => 'nothing';
      await assert.rejects(crs.dashboard(), { status: 504, message: 'the key service did not answer in time' });
      const nobody = create('http://127.0.0.1:1', 200);
      await assert.rejects(createCrs(nobody, createAnswersAside('logins', systemClock, true), ACCESS).dashboard(), {
        status: 502,
        message: 'the key service cannot be reached',
      });
      await nobody.close();
    });
  });
}

describe('routes that stand on the key service', () => {
  const { whale } = trialCallers();
  let trial: Trial;
  before(async () => {
    trial = await startTrial();
  });
  after(() => trial?.[Symbol.asyncDispose]());
  const ask = async ({ app }: Service, url: string) => app.inject({ url: `/api/v1/${url}`, headers: whale });

  test('[REF-40] a hundred readers at once cost one call a key and TTL', async () => {
    const clock = createFakeClock({ wallMs: Date.now() });
    const service = await trial.open('optimised', { clock });
    await ask(service, 'auth/me');
    await trial.crs.reset();
    const paths = ['stats/dashboard', 'keys', 'stats/trend?days=7', 'stats/usage?keyId=1&realtime=true'];
    const readers = async (): Promise<void> => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) => ask(service, paths[index % 4] ?? '')),
      );
      assert.ok(answers.every((answer) => answer.statusCode === 200));
    };
    const calls = async (): Promise<number[]> => {
      const { login, ...rest } = (await trial.crs.counts()).calls;
      assert.deepEqual(Object.values(login ?? {}), [1]);
      return Object.values(rest).flatMap((byKey) => Object.values(byKey));
    };
    for (let second = 0; second < 50; second += 10) {
      await readers();
      await clock.advance(10_000);
    }
    assert.deepEqual(await calls(), [1, 1, 1, 1]);
    await clock.advance(20_000);
    await readers();
    assert.deepEqual((await calls()).sort(), [1, 2, 2, 2], 'a trend is kept for five minutes');
  });

  test('[REF-41] a failure is not kept, and a comparison shows what it has', async () => {
    await using server = new Scripted();
    const env = { CRS_URL: await server.listen() };
    for (const mode of ['origin', 'optimised']) {
      const service = await trial.open(mode, { env });
      const stats = JSON.stringify({ total: FIGURES, today: FIGURES });
      let asked = 0;
      server.answer = () => (++asked === 2 ? { status: 503, body: '' } : { status: 200, body: stats });
      const compared = (await ask(service, 'stats/compare?keyIds=1,6,11')).json();
      assert.equal(compared.failed, 1);
      assert.equal(compared.items.filter((item: { upstream: unknown }) => item.upstream === null).length, 1);
      assert.equal(
        compared.items.filter((item: { error: unknown }) => item.error === 'the key service failed').length,
        1,
      );
      const again = (await ask(service, 'stats/compare?keyIds=1,6,11')).json();
      assert.equal(again.failed, 0);
      server.answer = () => ({ status: 500, body: '' });
      const page = (await ask(service, 'keys?limit=2')).json();
      assert.deepEqual([page.items.length, page.upstreamAvailable, page.items[0].upstream], [2, false, null]);
      assert.equal((await ask(service, 'stats/dashboard')).statusCode, 502);
      assert.equal((await ask(service, 'stats/trend')).statusCode, 502);
    }
  });

  test('[REF-45] a page of keys shows what the key service says of a key that both know', async () => {
    await using server = new Scripted();
    const env = { CRS_URL: await server.listen() };
    const figures = { isActive: false, requests: 0, tokens: 7, costUsd: 0.25 };
    const keys = [
      { id: 'crs_00001', ...figures },
      { id: 'crs_of_nobody', ...figures },
    ];
    server.answer = () => ({ status: 200, body: JSON.stringify({ keys }) });
    for (const mode of ['origin', 'optimised']) {
      const page = (await ask(await trial.open(mode, { env }), 'keys?limit=100')).json();
      const known = page.items.filter((key: { upstream: unknown }) => key.upstream !== null);
      assert.deepEqual([known.length, known[0].id, known[0].upstream, page.items.length], [1, 1, figures, 40]);
    }
  });

  test('[REF-46] the login is done ahead of the first question, and a failed one is tried again by it', async () => {
    const logins = async (): Promise<number[]> => Object.values((await trial.crs.counts()).calls.login ?? {});
    await trial.crs.reset();
    const early = await trial.open('optimised');
    await early.warmUp();
    assert.deepEqual(await logins(), [1]);
    assert.equal((await ask(early, 'stats/dashboard')).statusCode, 200);
    assert.deepEqual(await logins(), [1]);

    const late = await trial.open('optimised', { env: { CRS_ADMIN_SECRET: 'not the secret' } });
    await late.warmUp();
    assert.equal((await ask(late, 'stats/dashboard')).statusCode, 502);
  });

  test('[REF-44] without a key service its routes answer 503, and the others answer', async () => {
    const service = await trial.open('optimised', { env: { CRS_URL: '', CRS_ADMIN_USER: '', CRS_ADMIN_SECRET: '' } });
    assert.equal((await ask(service, 'stats/trend')).statusCode, 503);
    assert.equal((await ask(service, 'keys')).json().upstreamAvailable, false);
    assert.equal((await ask(service, 'stats/leaderboard')).statusCode, 200);
  });
});
