import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTrial, type Trial } from './trial.ts';

/** Whoever adds a route here says that anybody may use it. */
const OPEN = [
  'GET /health',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/token',
];

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

for (const mode of ['origin', 'optimised']) {
  test(`[REF-36] ${mode}: without credentials every route answers 401 but a list`, async () => {
    const { app, routes } = await trial.open(mode, { env: { MILLRACE_PROOF: '0' } });
    const open: string[] = [];
    for (const route of routes) {
      const [method, path = ''] = route.split(' ') as ['GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', string?];
      const url = path.replaceAll(/:(\w+)/g, (_, name: string) => (path.includes(`::${name}`) ? `:${name}` : '1'));
      const { statusCode, headers } = await app.inject({ method, url: url.replaceAll('::', ':') });
      assert.notEqual(statusCode, 404, `${route} was not found as ${url}`);
      if (statusCode === 401) assert.equal(headers['www-authenticate'], 'Bearer', route);
      else open.push(route);
    }
    assert.deepEqual(open.toSorted(), OPEN);
    assert.equal((await app.inject('/internal/counters')).statusCode, 404);
  });
}
