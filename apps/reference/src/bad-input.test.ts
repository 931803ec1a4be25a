import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { forgedTokens, propertySeed } from 'millrace/testing';
import { ACTIVITIES, BAD_REQUESTS, JSON_TYPE, PROJECTS, TOKEN_URL, WEBHOOK, whale } from './bad-input.test.scene.ts';
import { usernameOf, userPassword } from './data/index.ts';
import type { Service } from './service.ts';
import { openEach, startTrial, TRIAL_SECRET, type Trial, trialBearer } from './trial.ts';

const MODES = ['origin', 'optimised'] as const;
const READS = ['/api/v1/auth/me', '/api/v1/strategies'] as const;
const TOKEN_REFUSED =
  '{"type":"about:blank","title":"Unauthorized","status":401,"detail":"the token is malformed, forged or expired"}';

let trial: Trial;
let services: ReadonlyMap<string, Service>;
before(async () => {
  trial = await startTrial();
  services = await openEach(trial, MODES);
});
after(() => trial?.[Symbol.asyncDispose]());

function assertProblem(status: number, type: unknown, body: string, expected: number): void {
  assert.equal(status, expected, body);
  assert.equal(type, 'application/problem+json; charset=utf-8');
  const problem = JSON.parse(body) as Record<string, unknown>;
  assert.equal(problem.status, expected);
  assert.equal(problem.type, 'about:blank');
  assert.equal(typeof problem.title, 'string');
  assert.ok(String(problem.detail).length > 5);
  assert.doesNotMatch(body, /node_modules|\bat .*:\d+:\d+|\.ts\b/);
}

for (const mode of MODES) {
  describe(`bad input, ${mode}`, () => {
    for (const { what, status, method = 'GET', url, headers, payload } of BAD_REQUESTS) {
      test(`[REF-30] ${what}: ${status}`, async () => {
        const { app } = services.get(mode) as Service;
        const body = payload === undefined ? {} : { payload };
        const answer = await app.inject({ method, url, ...(headers && { headers }), ...body });
        assertProblem(answer.statusCode, answer.headers['content-type'], answer.body, status);
        if (status === 401) assert.equal(answer.headers['www-authenticate'], 'Bearer');
      });
    }

    test('[REF-190] no forged token is let in: all get the same 401, and cost no query', async () => {
      const { app, counters } = services.get(mode) as Service;
      const url = await app.listen({ port: 0, host: '127.0.0.1' });
      const good = trialBearer(2);
      const ask = (path: string, token: string): Promise<Response> =>
        fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      for (const path of READS) assert.equal((await ask(path, good)).status, 200);
      const [queries, hits] = [counters.get('dbQueries'), counters.get('identityHits')];
      // A header carries no line end.
      const { 'a line end': _, ...forged } = forgedTokens({ token: good, key: TRIAL_SECRET });
      for (const [what, token] of Object.entries(forged)) {
        for (const path of READS) {
          const answer = await ask(path, token);
          assert.equal(answer.status, 401, `${what}: ${path}`);
          assert.equal(await answer.text(), TOKEN_REFUSED, what);
          assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
        }
      }
      assert.deepEqual([counters.get('dbQueries'), counters.get('identityHits')], [queries, hits]);
    });

    test('[REF-191] however many bad tokens come, a good one is known as before', async () => {
      const { app, counters } = services.get(mode) as Service;
      const status = async (token: string): Promise<number> =>
        (await app.inject({ url: READS[0], headers: { authorization: `Bearer ${token}` } })).statusCode;
      const good = trialBearer(2);
      assert.equal(await status(good), 200);
      const before = counters.get('identityQueries');
      const [head, claims] = good.split('.');
      for (let each = 0; each < 500; each++) {
        assert.equal(
          await status(`${head}.${claims}.${Buffer.alloc(32, `forged ${each}`).toString('base64url')}`),
          401,
        );
      }
      assert.equal(await status(good), 200);
      assert.equal(counters.get('identityQueries') - before, mode === 'origin' ? 1 : 0);
    });

    test('[REF-31] what is no HTTP is refused as a problem too', async () => {
      const { app } = services.get(mode) as Service;
      if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
      const { port } = app.server.address() as AddressInfo;
      for (const [sent, status] of [
        ['NONSENSE\r\n\r\n', 400],
        [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
        ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
      ] as const) {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        socket.end(sent);
        const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
        assertProblem(Number(head.split(' ')[1]), /content-type: (.*)/i.exec(head)?.[1], body, status);
      }
    });

    test('[REF-32] whatever JSON or query comes, no answer is a server error', async () => {
      const { app } = services.get(mode) as Service;
      const routes = [
        ['POST', '/api/v1/strategies'],
        ['POST', WEBHOOK],
        ['PUT', '/api/v1/auth/me/password'],
        ['POST', PROJECTS],
        ['PATCH', `${PROJECTS}/1`],
        ['PATCH', `${PROJECTS}:bulk-status`],
        ['POST', ACTIVITIES],
        ['GET', PROJECTS],
        ['GET', ACTIVITIES],
        ['GET', '/api/v1/signals'],
        ['GET', '/api/v1/stats/usage'],
        ['GET', '/api/v1/stats/compare'],
        ['GET', '/api/v1/stats/usage/export'],
      ] as const;
      const fields = fc.constantFrom(
        'name',
        'pair',
        'action',
        'cursor',
        'limit',
        'keyIds',
        'startDate',
        'status',
        'keyId',
      );
      const request = fc.record({
        route: fc.constantFrom(...routes),
        body: fc.jsonValue(),
        query: fc.dictionary(fields, fc.string({ unit: 'binary' }), { maxKeys: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(request, async ({ route: [method, path], body, query }) => {
          const url = `${path}?${new URLSearchParams(query)}`;
          const payload = method === 'GET' ? {} : { payload: JSON.stringify(body) };
          const answer = await app.inject({ method, url, headers: { ...whale, ...JSON_TYPE }, ...payload });
          assert.ok(answer.statusCode < 500, `${answer.statusCode} ${answer.body}`);
        }),
        { ...propertySeed(), numRuns: 150 },
      );
    });

    test('[REF-33] a service that has refused all this still serves', async () => {
      const { app } = services.get(mode) as Service;
      const payload = { username: usernameOf(2), password: userPassword(2) };
      const answer = await app.inject({ method: 'POST', url: TOKEN_URL, payload });
      assert.equal(answer.statusCode, 200);
    });
  });
}
