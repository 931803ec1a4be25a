import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { test } from 'node:test';
import { systemClock } from 'millrace/core';
import { createFakeClock } from 'millrace/testing';
import { ConnectionPool, encodeRequest } from '../http/index.ts';
import { createLookup, isNear, type Naming, type Resolve } from './name-lookup.ts';
import { type DnsChoice, openTarget, routeOf, turnTarget } from './target.ts';
import { checkEngine, type EngineOptions } from './transport.ts';

const NAMING: Naming = { name: 'pods.test', ttlMs: 0, owned: false, turn: 0, families: [4] };

/** The address of one lookup, or the reason why there is none. */
function ask(lookup: LookupFunction): Promise<string> {
  return new Promise((done) => {
    lookup('pods.test', {}, (error, address, family) => done(error?.message ?? `${address}/${family}`));
  });
}

function answering(...answers: readonly (readonly string[] | Error)[]): { resolve: Resolve; asked: () => number } {
  let asked = 0;
  const resolve: Resolve = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)] as readonly string[] | Error;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { resolve, asked: () => asked };
}

async function askTimes(times: number, lookup: LookupFunction): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; i < times; i++) found.push(await ask(lookup));
  return found;
}

test('[LOAD-154] each connection asks anew and takes the next address of the answer', async () => {
  const { resolve, asked } = answering(['10.0.0.1', '10.0.0.2'], ['10.0.0.1', '10.0.0.2'], ['10.0.0.3']);
  const lookup = createLookup(NAMING, createFakeClock(), resolve);
  assert.deepEqual(await askTimes(4, lookup), ['10.0.0.1/4', '10.0.0.2/4', '10.0.0.3/4', '10.0.0.3/4']);
  assert.equal(asked(), 4);
});

test('[LOAD-154] within its time an answer is used again, past it there is one new question for all', async () => {
  const clock = createFakeClock();
  const { resolve, asked } = answering(['10.0.0.1', '10.0.0.2', '10.0.0.3'], ['10.0.0.9']);
  const lookup = createLookup({ ...NAMING, ttlMs: 1_000, turn: 1 }, clock, resolve);
  assert.deepEqual(await askTimes(4, lookup), ['10.0.0.2/4', '10.0.0.3/4', '10.0.0.1/4', '10.0.0.2/4']);
  await clock.advance(999);
  assert.equal(await ask(lookup), '10.0.0.3/4');
  assert.equal(asked(), 1);
  await clock.advance(1);
  assert.deepEqual(await Promise.all([ask(lookup), ask(lookup)]), ['10.0.0.9/4', '10.0.0.9/4']);
  assert.equal(asked(), 2);
});

test('[LOAD-154] a failed lookup is one of its connection, and is asked again by the next', async () => {
  for (const ttlMs of [0, 60_000]) {
    const { resolve } = answering(new Error('ENOTFOUND'), ['10.0.0.1']);
    const lookup = createLookup({ ...NAMING, ttlMs }, createFakeClock(), resolve);
    assert.deepEqual(await askTimes(2, lookup), ['ENOTFOUND', '10.0.0.1/4']);
  }
});

test('[LOAD-154] a name that comes to lead to a public address is refused, unless the target is owned', async () => {
  const { resolve } = answering(['10.0.0.1', '8.8.8.8']);
  assert.match(await ask(createLookup(NAMING, createFakeClock(), resolve)), /public address/);
  const owned = createLookup({ ...NAMING, owned: true, turn: 1 }, createFakeClock(), resolve);
  assert.equal(await ask(owned), '8.8.8.8/4');
});

test('[LOAD-154] only kinds of addresses that answered before are used, others where there are no more of them', async () => {
  const { resolve } = answering(['::1', '127.0.0.1'], ['::1', '127.0.0.1'], ['::1']);
  const lookup = createLookup(NAMING, createFakeClock(), resolve);
  assert.deepEqual(await askTimes(3, lookup), ['127.0.0.1/4', '127.0.0.1/4', '::1/6']);
});

test('[LOAD-69] loopback and private addresses are near, others are not', () => {
  for (const near of ['127.9.9.9', '10.1.2.3', '172.16.0.1', '192.168.1.1', '::1', 'fd00::1']) assert.ok(isNear(near));
  for (const far of ['8.8.8.8', '172.32.0.1', '0.0.0.0', '::', '2001:4860::1', 'fe00::1']) assert.ok(!isNear(far));
});

/** A service on all loopback addresses that notes which of them was asked. */
async function startNoting(): Promise<{ port: number; reached: string[] } & AsyncDisposable> {
  const reached: string[] = [];
  const server = createServer((request, response) => {
    reached.push(request.socket.localAddress ?? '');
    response.writeHead(200, { connection: 'close' }).end();
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, reached, [Symbol.asyncDispose]: async () => void server.close() };
}

test('[LOAD-154] a target knows how its name is resolved, and its connections go where that says', async () => {
  await using service = await startNoting();
  const { resolve } = answering(['127.0.0.2', '127.0.0.3']);
  const open = (dns: DnsChoice, name = 'pods.test') => openTarget(`http://${name}:${service.port}`, { dns }, resolve);
  assert.equal((await open('once')).naming, undefined);
  assert.equal((await open('connect', '127.0.0.1')).naming, undefined);
  assert.deepEqual((await open('connect')).naming, NAMING);
  const target = await open({ ttlMs: 5_000 });
  assert.deepEqual(target.naming, { ...NAMING, ttlMs: 5_000 });
  assert.equal(turnTarget(target, 3).naming?.turn, 3);
  assert.deepEqual(routeOf(await open('once'), systemClock), { addresses: ['127.0.0.2', '127.0.0.3'] });
  assert.deepEqual(routeOf(target, systemClock).addresses, ['pods.test']);

  const lookup = createLookup({ ...NAMING, ttlMs: 5_000 }, systemClock, resolve);
  const pool = await sendFour({ addresses: ['pods.test'], port: service.port, lookup });
  assert.deepEqual(service.reached, ['127.0.0.2', '127.0.0.3', '127.0.0.2', '127.0.0.3']);
  assert.equal(pool.times.connect.count, 4);
});

test('[LOAD-154] a name that cannot be resolved is a connect error', async () => {
  const { resolve } = answering(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
  const lookup = createLookup(NAMING, systemClock, resolve);
  const failures: string[] = [];
  await sendFour({ addresses: ['pods.test'], port: 1, lookup }, failures);
  assert.deepEqual(failures, Array(4).fill('connect ENOTFOUND'));
});

/** Four requests, one after the other. */
async function sendFour(
  where: { addresses: string[]; port: number; lookup: LookupFunction },
  failures: string[] = [],
): Promise<ConnectionPool<ReturnType<typeof exchange>>> {
  const options = { ...where, maxConnections: 4, timeoutMs: 5_000, clock: systemClock };
  const pool = new ConnectionPool<ReturnType<typeof exchange>>(options, {
    answered: ({ done }) => done(),
    failed: ({ done }, { kind, reason }) => {
      failures.push(`${kind} ${reason}`);
      done();
    },
  });
  for (let i = 0; i < 4; i++) await new Promise<void>((done) => pool.send(exchange(done)));
  pool.close();
  return pool;
}

function exchange(done: () => void) {
  const request = encodeRequest({ method: 'GET', path: '/' }, 'pods.test');
  return { request, keepsAnswer: false, writtenAt: -1, firstByteAt: -1, retried: false, done };
}

test('[LOAD-72] when a name is resolved, and how fast answers are read, is checked', () => {
  const wrong: EngineOptions[] = [
    { dns: 'never' as 'once' },
    { dns: { ttlMs: 0 } },
    { dns: null as never },
    { dns: 'connect', engine: 'compat' },
    { readBytesPerSecond: 0 },
    { readBytesPerSecond: Number.NaN },
    { readBytesPerSecond: 1_000, engine: 'compat' },
  ];
  for (const options of wrong) assert.throws(() => checkEngine(options), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  const right: EngineOptions[] = [{ dns: 'connect' }, { dns: { ttlMs: 1 } }, { dns: 'once', engine: 'compat' }];
  for (const options of right) checkEngine(options);
});
