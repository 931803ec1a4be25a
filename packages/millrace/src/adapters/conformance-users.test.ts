import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFakeClock, propertySeed } from '../testing/index.ts';
import { numbered, startTrial } from './conformance.test.model.ts';
import { type Ask, BINDINGS, type Made, type Sent } from './services.test.model.ts';

const id = fc.constantFrom('1', '2', '%31', 'user', 'a:b', 'a%2Fb');
const query = fc
  .array(
    fc.constantFrom('page=1', 'page=2', 'p%61ge=1', 'a=1', 'a=2', 'a[]=1', 'user=ann', '%ff=1', 'b=x+y', 'b=x%20y', ''),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join('&'));
const optional = (name: string, ...values: string[]): fc.Arbitrary<Record<string, string>> =>
  fc.constantFrom<Record<string, string>>({}, ...values.map((value) => ({ [name]: value })));
const headers = fc
  .tuple(
    optional('x-user', 'ann', 'bob', '1', 'user'),
    optional('x-late-user', 'ann', 'bob'),
    optional('authorization', 'Bearer one', 'Bearer two'),
    optional('cookie', 'session=1', 'session=2'),
    optional('accept-language', 'de', 'en', ''),
    optional('x-api-key', 'k1'),
    optional('if-none-match', '"none"'),
  )
  .map((parts): Record<string, string> => Object.assign({}, ...parts));
const sent: fc.Arbitrary<Sent> = fc
  .tuple(fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST'), id, query, headers)
  .map(([method, item, text, given]) => ({
    method,
    path: `/items/${item}${text === '' ? '' : `?${text}`}`,
    headers: given,
  }));

/** Everything an answer could depend on. Parameters as a framework reads them: by name, and in order within a name. */
function reflect({ path, query: text, user, header }: Ask): Made {
  const parameters = Object.groupBy([...new URLSearchParams(text)], ([name]) => name.split('[', 1)[0] ?? '');
  const body = {
    path,
    user: user ?? null,
    parameters: Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)),
    secrets: ['authorization', 'cookie', 'x-api-key'].map((name) => header(name) ?? null),
    language: header('accept-language') ?? null,
  };
  return {
    headers: { 'content-type': 'application/json; charset=utf-8', vary: 'Accept-Language' },
    body: JSON.stringify(body),
  };
}

function askOf({ path, headers: given = {} }: Sent): Ask {
  const [pathname = '', text = ''] = path.split('?', 2);
  return { path: pathname, query: text, user: given['x-user'], header: (name) => given[name] };
}

/** What a user may see: their own, with any of their own sessions. */
function seen(body: string, byUser: boolean): unknown {
  const { secrets, user, ...rest } = JSON.parse(body) as Record<string, unknown>;
  return byUser ? rest : { ...rest, secrets };
}

/** Who asks, as known before the cache and behind it. */
function askers({ headers: given = {} }: Sent): readonly unknown[] {
  return [given['x-user'] ?? null, given['x-late-user'] ?? given['x-user'] ?? null];
}

for (const binding of BINDINGS) {
  for (const byUser of [true, false]) {
    const how = byUser ? 'under their ids' : 'without ids';
    test(`[CACHE-402] ${binding.name}: no request ever gets what is another's, ${how}`, async () => {
      const vary = { headers: ['accept-language'] };
      const credentialHeaders = ['x-user']; // A web request has no identity beside it.
      const property = fc.asyncProperty(fc.array(sent, { minLength: 2, maxLength: 24 }), async (asked) => {
        await using trial = await startTrial(createFakeClock(), binding, reflect, { byUser, vary, credentialHeaders });
        for (const one of asked) {
          const { status, body } = await trial.service.send(one);
          assert.equal(status, 200);
          if (one.method === 'HEAD') continue;
          assert.deepEqual(seen(String(body), byUser), seen(String(reflect(askOf(one)).body), byUser));
          assert.ok(askers(one).includes(JSON.parse(String(body)).user));
        }
      });
      await fc.assert(property, { numRuns: 25, ...propertySeed() });
    });
  }

  test(`[CACHE-402] ${binding.name}: the check would notice, for answers said to be for everybody are`, async () => {
    await using trial = await startTrial(createFakeClock(), binding, reflect, {
      shared: true,
      vary: { headers: ['accept-language'] },
    });
    await trial.text('/items/1', { 'x-user': 'ann' });
    assert.equal(JSON.parse(await trial.text('/items/1', { 'x-user': 'bob' })).user, 'ann');
  });

  test(`[CACHE-403] ${binding.name}: who carries credentials goes past the cache, unless they have an id or all get the same`, async () => {
    const carried: Record<string, string>[] = [
      { authorization: 'Bearer x' },
      { cookie: 'a=1' },
      { 'x-api-key': 'k' },
      { 'proxy-authorization': 'Basic x' },
      { 'x-tenant-token': 't' },
      ...(binding.name === 'web' ? [] : [{ 'x-user': 'ann' }]),
    ];
    const ask = async (options: object): Promise<number[]> => {
      const runs: number[] = [];
      for (const given of carried) {
        await using trial = await startTrial(createFakeClock(), binding, (_, run) => numbered(run), options);
        for (let i = 0; i < 2; i++) await trial.text('/items/1', given);
        runs.push(trial.runs());
      }
      return runs;
    };
    const credentialHeaders = ['X-Tenant-Token'];
    assert.deepEqual(new Set(await ask({ credentialHeaders })), new Set([2]));
    assert.deepEqual(new Set(await ask({ credentialHeaders, shared: true })), new Set([1]));
    const known = binding.name === 'web' ? [] : [1];
    assert.deepEqual(await ask({ byUser: true }), [2, 2, 2, 2, 2, ...known]); // Nobody but ann has an id.
  });
}
