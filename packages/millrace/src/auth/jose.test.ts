import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import * as jose from 'jose';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { type JoseVerifierOptions, joseVerifier } from './jose.ts';
import { createTokenCheck, type TokenCheck } from './token-check.ts';

const [ISSUER, AUDIENCE] = ['https://id.example', 'https://api.example'];

interface Issuer {
  readonly url: string;
  /** How often the keys were fetched. */
  readonly fetches: number;
  /** Whether they can be. */
  away: boolean;
  publish(...kids: string[]): void;
  issue(kid: string): Promise<string>;
}

/** Keys by name, published by a real server; tokens by any of them, published or not. */
async function openIssuer(t: TestContext): Promise<Issuer> {
  const pairs = new Map<string, jose.GenerateKeyPairResult>();
  let keys: object[] = [];
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches++;
    if (issuer.away) response.writeHead(503).end();
    else response.end(JSON.stringify({ keys }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  for (const kid of ['one', 'two', 'three']) pairs.set(kid, await jose.generateKeyPair('ES256', { extractable: true }));
  const jwks = new Map<string, object>();
  for (const [kid, { publicKey }] of pairs) jwks.set(kid, { ...(await jose.exportJWK(publicKey)), kid, alg: 'ES256' });
  const issuer = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/keys`,
    get fetches() {
      return fetches;
    },
    away: false,
    publish: (...kids: string[]) => {
      keys = kids.map((kid) => jwks.get(kid) as object);
    },
    issue: (kid: string) =>
      new jose.SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid })
        .setSubject('ada')
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setJti(randomUUID())
        .setExpirationTime('2h')
        .sign((pairs.get(kid) ?? (pairs.get('one') as jose.GenerateKeyPairResult)).privateKey),
  };
  return issuer;
}

interface Bench {
  readonly check: TokenCheck<object>;
  readonly clock: FakeClock;
  readonly issuer: Issuer;
  loads: number;
}

async function openBench(t: TestContext, options: Partial<JoseVerifierOptions> = {}): Promise<Bench> {
  const issuer = await openIssuer(t);
  const clock = createFakeClock({ wallMs: Date.now() });
  const verify = joseVerifier(jose, {
    ...{ jwksUrl: issuer.url, algorithms: ['ES256'], issuer: ISSUER, audience: AUDIENCE, clock },
    ...options,
  });
  const loadIdentity = async ({ sub }: { readonly sub: string }): Promise<object> => {
    bench.loads++;
    return { sub };
  };
  const check = createTokenCheck({ verify, loadIdentity, clock });
  t.after(() => check.close());
  const bench: Bench = { check, clock, issuer, loads: 0 };
  return bench;
}

async function outcome({ check }: Bench, token: string): Promise<string> {
  try {
    await check.check(token);
    return 'in';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('[AUTH-77] a key that is new counts at once, and hits ask nobody', async (t) => {
  const bench = await openBench(t);
  bench.issuer.publish('one');
  const first = await bench.issuer.issue('one');
  assert.equal(await outcome(bench, first), 'in');
  assert.ok(!(bench.check.check(first) instanceof Promise));
  assert.equal(bench.issuer.fetches, 1);
});

test('[AUTH-77] tokens that name unknown keys have the keys fetched once, however many they are', async (t) => {
  const bench = await openBench(t);
  bench.issuer.publish('one');
  assert.equal(await outcome(bench, await bench.issuer.issue('one')), 'in');
  const flood = await Promise.all(Array.from({ length: 50 }, (_, each) => bench.issuer.issue(`unknown ${each}`)));
  for (const token of flood) assert.equal(await outcome(bench, token), 'MILLRACE_AUTH_TOKEN_INVALID');
  assert.equal(bench.issuer.fetches, 1);
});

test('[AUTH-77] while the keys cannot be fetched no token is called forged, and nobody hammers', async (t) => {
  const bench = await openBench(t, { jwksCooldownMs: 1_000 });
  bench.issuer.publish('one');
  bench.issuer.away = true;
  const tokens = await Promise.all(Array.from({ length: 20 }, () => bench.issuer.issue('one')));
  for (const token of tokens) assert.equal(await outcome(bench, token), 'MILLRACE_AUTH_KEYS_UNAVAILABLE');
  assert.equal(bench.issuer.fetches, 1);
  bench.issuer.away = false;
  await bench.clock.advance(1_000);
  for (const token of tokens) assert.equal(await outcome(bench, token), 'in');
  assert.equal(bench.check.stats().refused, 0);
});

test('[AUTH-77] while the keys cannot be fetched those at hand go on, whatever keys others name', async (t) => {
  const bench = await openBench(t, { jwksCooldownMs: 1_000 });
  bench.issuer.publish('one');
  const tokens = await Promise.all(Array.from({ length: 5 }, () => bench.issuer.issue('one')));
  assert.equal(await outcome(bench, tokens[0] as string), 'in');
  bench.issuer.away = true;
  await bench.clock.advance(1_000);
  const flood = await Promise.all(Array.from({ length: 20 }, (_, each) => bench.issuer.issue(`unknown ${each}`)));
  for (const token of flood) assert.equal(await outcome(bench, token), 'MILLRACE_AUTH_KEYS_UNAVAILABLE');
  assert.equal(bench.issuer.fetches, 2);
  for (const token of tokens) assert.equal(await outcome(bench, token), 'in');
  assert.equal(await outcome(bench, await bench.issuer.issue('two')), 'MILLRACE_AUTH_KEYS_UNAVAILABLE');
  assert.equal(bench.issuer.fetches, 2);
  await bench.clock.advance(599_000); // Too old now.
  const late = await bench.issuer.issue('one');
  assert.equal(await outcome(bench, late), 'MILLRACE_AUTH_KEYS_UNAVAILABLE');
});

test('[AUTH-77] a wall clock that steps by an hour keeps no new key out, and has nothing fetched more often', async (t) => {
  const bench = await openBench(t, { jwksCooldownMs: 1_000 });
  bench.issuer.publish('one');
  assert.equal(await outcome(bench, await bench.issuer.issue('one')), 'in');
  const { now } = Date;
  let fetches = 1;
  for (const [hours, kid] of [
    [-1, 'two'],
    [1, 'three'],
  ] as const) {
    const [unknown, token] = [await bench.issuer.issue('unknown'), await bench.issuer.issue(kid)];
    t.mock.method(Date, 'now', () => now() + hours * 3_600_000);
    for (const each of [unknown, token]) assert.equal(await outcome(bench, each), 'MILLRACE_AUTH_TOKEN_INVALID');
    assert.equal(bench.issuer.fetches, fetches, `${hours} h`);
    bench.issuer.publish('one', kid);
    await bench.clock.advance(1_000);
    assert.equal(await outcome(bench, token), 'in', `${hours} h`);
    assert.equal(bench.issuer.fetches, ++fetches, `${hours} h`);
    t.mock.reset();
  }
});

test('[AUTH-77] what a token names as the place of its key, or brings along, is neither fetched nor believed', async (t) => {
  const [bench, thief] = [await openBench(t), await openIssuer(t)];
  bench.issuer.publish('one');
  thief.publish('one');
  const { privateKey, publicKey } = await jose.generateKeyPair('ES256', { extractable: true });
  const jwk = await jose.exportJWK(publicKey);
  assert.equal(await outcome(bench, await bench.issuer.issue('one')), 'in');
  const connect = t.mock.method(Socket.prototype, 'connect');
  for (const header of [{ jku: thief.url }, { x5u: thief.url }, { jwk }, { jku: thief.url, x5u: thief.url, jwk }]) {
    for (const kid of ['one', 'two', undefined]) {
      const token = await new jose.SignJWT({ jti: randomUUID() })
        .setProtectedHeader({ alg: 'ES256', ...(kid && { kid }), ...header })
        .setSubject('ada')
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setExpirationTime('2h')
        .sign(privateKey);
      assert.equal(await outcome(bench, token), 'MILLRACE_AUTH_TOKEN_INVALID', Object.keys(header).join());
    }
  }
  assert.deepEqual([bench.issuer.fetches, thief.fetches, connect.mock.callCount()], [1, 0, 0]);
});

test('[AUTH-77] a key that has gone takes its tokens with it, though their identities are at hand', async (t) => {
  const bench = await openBench(t, { jwksMaxAgeMs: 30_000 });
  bench.issuer.publish('one', 'two');
  const [one, two] = await Promise.all([bench.issuer.issue('one'), bench.issuer.issue('two')]);
  assert.deepEqual([await outcome(bench, one), await outcome(bench, two)], ['in', 'in']);
  bench.issuer.publish('two');
  await bench.clock.advance(30_000);
  await outcome(bench, one); // Has the keys fetched behind its answer.
  for (let tries = 0; bench.issuer.fetches < 2 && tries < 500; tries++)
    await new Promise((done) => setTimeout(done, 5));
  for (let tries = 0; (await outcome(bench, one)) === 'in' && tries < 500; tries++) {
    await new Promise((done) => setTimeout(done, 5));
  }
  assert.equal(await outcome(bench, one), 'MILLRACE_AUTH_TOKEN_INVALID');
  assert.equal(await outcome(bench, two), 'in');
  assert.equal(bench.loads, 2);
});

test('[AUTH-78] options that leave a hole are refused', () => {
  const good: JoseVerifierOptions = {
    jwksUrl: 'https://id.example/keys',
    algorithms: ['RS256'],
    issuer: ISSUER,
    audience: AUDIENCE,
  };
  joseVerifier(jose, good);
  const bad: readonly object[] = [
    { algorithms: [] },
    { algorithms: ['none'] },
    { algorithms: ['RS256', 'HS256'] },
    { issuer: '' },
    { issuer: [] },
    { audience: undefined },
    { jwksUrl: undefined },
    { key: Buffer.alloc(32) },
    { jwksUrl: 'http://id.example/keys' },
    { jwksUrl: 'file:///keys' },
    { jwksUrl: 'keys' },
    { jwksCooldownMs: 999 },
    { clockToleranceMs: 300_001 },
  ];
  for (const options of bad) {
    const make = (): unknown => joseVerifier(jose, { ...good, ...options });
    assert.throws(make, { code: 'MILLRACE_AUTH_OPTION_INVALID' }, JSON.stringify(options));
  }
});
