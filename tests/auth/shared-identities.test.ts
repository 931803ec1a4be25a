import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testRedis } from '@millrace/scripts/services';
import { createClient, RESP_TYPES } from '@redis/client';
import { createTokenCheck, type TokenCheck } from 'millrace/auth';
import { createRedisTier, createValueCodec } from 'millrace/cache';
import type { RedisDriver } from 'millrace/redis';
import { STANDALONE } from '../redis/drivers.ts';

const NODES = 3;
/** What stands before a value in Redis. */
const ID_BYTES = 8;
const EXP = Math.floor(Date.now() / 1_000) + 3_600;
const SOON = Math.floor(Date.now() / 1_000) + 30;

interface Identity {
  readonly token: string;
  readonly rights: string[];
}

interface Bench {
  readonly url: string;
  readonly name: string;
  readonly driver: RedisDriver;
  /** One more. */
  readonly open: () => Promise<TokenCheck<Identity>>;
  readonly nodes: readonly TokenCheck<Identity>[];
  /** Tokens whose session has ended. */
  readonly ended: Set<string>;
  /** Tokens whose identity was read, in order. */
  readonly loaded: string[];
  /** Indexes of nodes whose verifier takes every token for forged. */
  readonly distrusted: Set<number>;
}

/** Checks of one name, each as in a process of its own. A token is `subject.number`; one of `soon` ends soon. */
async function openBench(t: TestContext): Promise<Bench | undefined> {
  const url = await testRedis();
  if (url === undefined) {
    t.skip('no Redis');
    return undefined;
  }
  const [name, pepper] = [`test-${randomBytes(6).toString('hex')}`, randomBytes(32).toString('hex')];
  const [ended, loaded, distrusted] = [new Set<string>(), [] as string[], new Set<number>()];
  const driver = STANDALONE['node-redis']!(url);
  t.after(() => driver.close());
  await driver.connected({ timeoutMs: 5_000 });
  const open = async (index = NODES): Promise<TokenCheck<Identity>> => {
    const driver = STANDALONE['node-redis']!(url);
    await driver.connected({ timeoutMs: 5_000 });
    const node = createTokenCheck<{ sub: string; exp: number; token: string }, Identity>({
      name,
      verify(token) {
        if (distrusted.has(index)) throw new Error('bad signature');
        return { sub: token.split('.')[0]!, exp: token.startsWith('soon') ? SOON : EXP, token };
      },
      async loadIdentity({ token }) {
        loaded.push(token);
        return ended.has(token) ? undefined : { token: token.startsWith('key.') ? 'ada' : token, rights: ['read'] };
      },
      shared: createRedisTier({ driver, codec: createValueCodec(), timeoutMs: 1_000 }),
      pepper,
    });
    t.after(async () => {
      await node.close();
      await driver.close();
    });
    await until(() => node.stats().shared === 'used');
    return node;
  };
  const nodes = await Promise.all(Array.from({ length: NODES }, (_, index) => open(index)));
  return { url, name, driver, open, nodes, ended, loaded, distrusted };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    assert.ok(tries < 500, 'it never came about');
    await sleep(10);
  }
}

test('[AUTH-46] what one process loads the others find, frozen, for as long as the token lives', async (t) => {
  const bench = await openBench(t);
  if (bench === undefined) return;
  const [a, b, c] = bench.nodes;
  for (const token of ['ada.1', 'soon.1']) {
    await a!.check(token);
    await sleep(50);
    const found = await b!.check(token);
    assert.deepEqual(found, { token, rights: ['read'] });
    assert.throws(() => found.rights.push('write'), TypeError);
    assert.equal(b!.check(token), found, 'from then on it is at hand');
    assert.deepEqual(await c!.check(token), found);
  }
  assert.deepEqual(bench.loaded, ['ada.1', 'soon.1']);
});

test('[AUTH-30] that another process let a token in proves nothing here', async (t) => {
  const bench = await openBench(t);
  if (bench === undefined) return;
  const [a, b] = bench.nodes;
  await a!.check('ada.1');
  await sleep(50);
  bench.distrusted.add(1);
  for (let each = 0; each < 2; each++) {
    await assert.rejects(async () => b!.check('ada.1'), { code: 'MILLRACE_AUTH_TOKEN_INVALID' });
  }
  bench.distrusted.delete(1);
  await b!.check('ada.1');
  assert.deepEqual(bench.loaded, ['ada.1']);
});

test('[AUTH-47] a revocation through one process lets nobody in through the others', async (t) => {
  const bench = await openBench(t);
  if (bench === undefined) return;
  const [a, b] = bench.nodes;
  const letsIn = async (node: TokenCheck<Identity>, token: string): Promise<boolean> => {
    try {
      await node.check(token);
      return true;
    } catch {
      return false;
    }
  };
  for (const node of bench.nodes) for (const token of ['ada.1', 'ada.2', 'ada.3', 'bob.1']) await node.check(token);
  bench.ended.add('ada.1');
  await a!.revoke('ada.1');
  await until(async () => !(await letsIn(b!, 'ada.1')));
  assert.equal(await letsIn(a!, 'ada.1'), false);

  bench.ended.add('ada.2');
  bench.loaded.length = 0;
  await a!.revokeSubject('ada', { except: 'ada.3' });
  for (const node of bench.nodes) await until(async () => !(await letsIn(node, 'ada.2')));
  assert.equal(a!.check('ada.3') instanceof Promise, false, 'the excepted one goes on where it was loaded');
  for (const node of bench.nodes) for (const token of ['ada.3', 'bob.1']) assert.ok(await letsIn(node, token));
  assert.deepEqual(new Set(bench.loaded), new Set(['ada.2', 'ada.3']), 'nobody else is read again');
});

test('[AUTH-140] what lies under the name of a token and is no identity of its subject lets nobody in, and goes', async (t) => {
  const bench = await openBench(t);
  if (bench === undefined) return;
  const { name, nodes, driver, loaded } = bench;
  const where = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const keys of driver.scan(`*auth.${name}@*`)) found.push(...keys);
    return found;
  };
  const placeOf = async (token: string): Promise<string> => {
    const before = await where();
    await nodes[0]!.check(token);
    await until(async () => (await where()).length > before.length);
    return (await where()).find((key) => !before.includes(key))!;
  };
  const [ada, bob] = [await placeOf('ada.1'), await placeOf('bob.1')];
  const codec = createValueCodec();
  const [valueOfAda, valueOfBob] = await Promise.all([ada, bob].map(async (at) => (await driver.get(at)) as Buffer));
  const kept = (await codec.decode(ada, valueOfAda!.subarray(ID_BYTES)))!;
  const changed = async (value: unknown): Promise<Buffer> =>
    Buffer.concat([randomBytes(ID_BYTES), await codec.encode(ada, { ...kept, value })]);
  const harms = [
    valueOfBob!,
    await changed('a text'),
    await changed(null),
    await changed({ identity: null, subject: 'ada' }),
    await changed({ identity: 'ada', subject: 'ada' }),
    await changed({ identity: { token: 'forged', rights: ['all'] } }),
  ];
  for (const [at, harm] of harms.entries()) {
    const reader: TokenCheck<Identity> = await bench.open();
    await driver.set(ada, harm, kept.ttlMs + kept.staleMs);
    loaded.length = 0;
    const [one, two] = await Promise.all([reader.check('ada.1'), reader.check('ada.1')]);
    assert.deepEqual([one.token, two.token, loaded[0]], ['ada.1', 'ada.1', 'ada.1'], `harm ${at}`);
    await until(async () => !(await driver.get(ada))?.equals(harm));
  }
  const reader: TokenCheck<Identity> = await bench.open();
  loaded.length = 0;
  await driver.set(
    ada,
    await changed({ identity: { token: 'ada.1', rights: [] }, subject: 'ada' }),
    kept.ttlMs + kept.staleMs,
  );
  await reader.check('ada.1');
  assert.deepEqual(loaded, [], 'what is well-formed and of the subject is believed, or nothing was shown here');
});

test('[AUTH-71] who reads the tier finds no token there, nor what confirms one', async (t) => {
  const bench = await openBench(t);
  if (bench === undefined) return;
  const token = `key.${randomBytes(16).toString('hex')}`;
  await bench.nodes[0]!.check(token);
  await until(async () => (await dump(bench)).includes('read'));
  await bench.nodes[0]!.revoke(`${token}.another`);
  const text = await dump(bench);
  const digests = ['sha256', 'sha512'].flatMap((name) => [
    createHash(name).update(token).digest(),
    createHmac(name, '').update(token).digest(),
  ]);
  const secret = createHmac('sha256', '').update('millrace.auth.token-key\n').digest('base64url');
  digests.push(createHash('sha256').update(`millrace.auth.token\n${secret}\n${token}`).digest()); // As without a pepper.
  const confirming = digests.flatMap((each) =>
    (['hex', 'base64', 'base64url', 'latin1'] as const).map((encoding) => each.toString(encoding)),
  );
  for (const each of [token, token.slice(4), ...confirming]) assert.ok(!text.includes(each.slice(0, 32)), each);
});

test('[AUTH-71] a tier is not shared without a pepper', async (t) => {
  const driver = STANDALONE['node-redis']!('redis://127.0.0.1:1');
  t.after(() => driver.close());
  const shared = createRedisTier({ driver, codec: createValueCodec() });
  const options = { verify: () => ({ sub: 'ada', exp: EXP }), loadIdentity: async () => ({}), shared };
  assert.throws(() => createTokenCheck(options), { code: 'MILLRACE_AUTH_OPTION_INVALID', message: /pepper/ });
});

/** The names of all keys of the bench in Redis, and what is kept under them. */
async function dump({ url, name }: Bench): Promise<string> {
  const client = createClient({ url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  await client.connect();
  try {
    const parts: Buffer[] = [];
    for await (const keys of client.scanIterator({ MATCH: `*${name}*`, COUNT: 1_000 })) {
      for (const key of keys) parts.push(key, (await client.dump(key)) ?? Buffer.alloc(0));
    }
    return Buffer.concat(parts).toString('latin1');
  } finally {
    await client.close();
  }
}
