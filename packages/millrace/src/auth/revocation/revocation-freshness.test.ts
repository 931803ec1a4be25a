import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthRevocationSignal } from '../../signals/index.ts';
import { authRevocation } from '../../signals/index.ts';
import type { RevocableClaims, Revocation } from './revocation.ts';
import type { RevocationsOptions } from './revocation-options.ts';
import { createRevocations, type Revocations } from './revocations.ts';
import { SimulatedLog, SteppedClock, settle } from './simulated-log.test.model.ts';

const IAT = 1_760_000_000;
const TOKEN: RevocableClaims = { sub: 'ada', jti: 'a', iat: IAT, exp: IAT + 3_600 };
const LOGOUT: Revocation = { kind: 'token', tokenId: 'a', untilMs: TOKEN.exp * 1_000 };
const SCOPES = {
  admin: { maxStalenessMs: 0 },
  read: { maxStalenessMs: 30_000, maxStalenessAwayMs: 60_000 },
};
const ENDED = { code: 'MILLRACE_AUTH_TOKEN_REVOKED', status: 401 };
const UNKNOWN = { code: 'MILLRACE_AUTH_REVOCATION_UNKNOWN', status: 503 };

interface Bench {
  readonly clock: SteppedClock;
  readonly log: SimulatedLog;
  readonly revocations: Revocations;
  readonly signals: AuthRevocationSignal[];
}

async function open(
  t: { after(hook: () => unknown): void },
  options: Partial<RevocationsOptions> = {},
): Promise<Bench> {
  const [clock, log, signals] = [new SteppedClock(), new SimulatedLog(), [] as AuthRevocationSignal[]];
  const stop = authRevocation.subscribe((signal) => signals.push(signal));
  const revocations = createRevocations({ log, listen: log.listen, clock, scopes: SCOPES, ...options });
  t.after(async () => {
    stop();
    await revocations.close();
  });
  await revocations.catchUp();
  await settle();
  return { clock, log, revocations, signals };
}

test('[AUTH-95] within its budget a check is answered at once, past it after one read that all join', async (t) => {
  const { clock, log, revocations } = await open(t, { pollMs: 60_000 });
  const reads = log.reads;
  clock.step(5_000);
  assert.equal(revocations.check(TOKEN), undefined);
  clock.step(1);
  const late = [revocations.check(TOKEN), revocations.check(TOKEN)];
  assert.ok(late.every((check) => check instanceof Promise));
  assert.equal(revocations.check(TOKEN, 'read'), undefined, 'another budget');
  await Promise.all(late);
  assert.equal(log.reads - reads, 1);
  assert.equal(revocations.check(TOKEN), undefined);
});

test('[AUTH-95] with a budget of 0 a check waits for a read that begins after it, joined by all who ask meanwhile', async (t) => {
  const { log, revocations } = await open(t);
  const answers: PromiseWithResolvers<void>[] = [];
  const pause = (): Promise<void> => {
    const answer = Promise.withResolvers<void>();
    answers.push(answer);
    return answer.promise;
  };
  Object.assign(log, { pause });
  const first = revocations.check(TOKEN, 'admin');
  await settle();
  const reads = log.reads;
  const joined = [revocations.check(TOKEN, 'admin'), revocations.check(TOKEN, 'admin')];
  log.entries.push({ position: 1, mark: 'm', previousMark: '', revocation: LOGOUT });
  const done = Promise.allSettled([first, ...joined]);
  while (log.reads - reads < 1 || answers.length > 0) {
    for (const { resolve } of answers.splice(0)) resolve();
    await settle();
  }
  const outcomes = (await done).map(({ status }) => status);
  assert.deepEqual(outcomes.slice(1), ['rejected', 'rejected']);
  assert.equal(log.reads - reads, 1);
});

test('[AUTH-95] a machine that slept asks first, though its monotonic time stood still', async (t) => {
  const { clock, log, revocations } = await open(t);
  log.isDeaf = true;
  await log.append(LOGOUT);
  clock.wallOffset += 6_000;
  await assert.rejects(async () => revocations.check(TOKEN), ENDED);
  clock.wallOffset -= 3_000;
  assert.equal(revocations.check({ ...TOKEN, jti: 'b' }), undefined, 'a step back is no sleep');
});

test('[AUTH-95] what is known to be ended is refused at once, whatever the budget', async (t) => {
  const { clock, log, revocations } = await open(t);
  await revocations.revokeToken(TOKEN);
  log.isAway = true;
  clock.step(100_000);
  await settle();
  for (const scope of [undefined, 'admin', 'read']) assert.throws(() => revocations.check(TOKEN, scope), ENDED);
});

test('[AUTH-96] hints and polls bring what others revoked', async (t) => {
  for (const isTold of [true, false]) {
    const { clock, log, revocations } = await open(t);
    log.isDeaf = !isTold;
    await log.append(LOGOUT);
    await settle();
    if (!isTold) assert.equal(revocations.check(TOKEN), undefined, 'nobody told of it');
    if (!isTold) clock.step(1_000);
    await settle();
    assert.throws(() => revocations.check(TOKEN), ENDED);
  }
});

test('[AUTH-96] a hint that skips a position makes strict until a read that begins afterwards', async (t) => {
  const { log, revocations, signals } = await open(t);
  log.isDeaf = true;
  await log.append(LOGOUT);
  await log.append({ kind: 'token', tokenId: 'b', untilMs: LOGOUT.untilMs });
  log.tell(2);
  const late = revocations.check(TOKEN, 'read');
  assert.ok(late instanceof Promise, 'not even a lax budget is answered from what is known');
  await assert.rejects(late, ENDED);
  assert.deepEqual(
    signals.slice(-5).map(({ event, gap }) => gap ?? event),
    ['hint-skipped', 'strict', 'applied', 'applied', 'followed'],
  );
});

test('[AUTH-96] while the feed is away logouts are read often, and when it is lost or back at once', async (t) => {
  const { clock, log, revocations } = await open(t, { pollMs: 1_000 });
  log.deafen(true);
  assert.ok(revocations.check(TOKEN, 'read') instanceof Promise, 'strict');
  await settle();
  assert.equal(revocations.check(TOKEN), undefined, 'read again');
  assert.deepEqual([revocations.stats().isHeard, revocations.stats().gaps], [false, 1]);
  await log.append(LOGOUT);
  clock.step(250);
  await settle();
  assert.throws(() => revocations.check(TOKEN), ENDED);
  await log.append({ ...LOGOUT, tokenId: 'b' });
  log.deafen(false);
  await assert.rejects(async () => revocations.check({ ...TOKEN, jti: 'b' }, 'read'), ENDED);
});

test('[AUTH-96] after a failover that lost entries everything is read again, and what was known stays', async (t) => {
  const { log, revocations } = await open(t);
  for (const tokenId of ['a', 'b', 'c']) await log.append({ ...LOGOUT, tokenId });
  await settle();
  log.isDeaf = true;
  log.failOver(2);
  for (const tokenId of ['d', 'e', 'f']) await log.append({ ...LOGOUT, tokenId });
  await revocations.catchUp();
  for (const jti of ['a', 'b', 'c', 'd', 'e', 'f']) assert.throws(() => revocations.check({ ...TOKEN, jti }), ENDED);
  assert.deepEqual([revocations.stats().position, revocations.stats().gaps], [4, 1]);
});

test('[AUTH-96] an entry of its own counts in a process that knows higher positions of a history that was lost', async (t) => {
  const { log, revocations } = await open(t);
  for (const tokenId of ['x', 'y']) await log.append({ ...LOGOUT, tokenId });
  await settle();
  log.failOver(2);
  await revocations.revokeToken(TOKEN);
  assert.throws(() => revocations.check(TOKEN), ENDED);
  await settle();
  assert.deepEqual([revocations.stats().position, revocations.stats().gaps], [1, 1]);
});

test('[AUTH-96] a log that lacks entries that are not over says so', async (t) => {
  for (const [prunedTo, gaps] of [
    [2, 0],
    [1, 1],
  ] as const) {
    const log = new SimulatedLog();
    for (const tokenId of ['x', 'y', 'a']) await log.append({ ...LOGOUT, tokenId });
    log.entries.splice(0, 2);
    log.prunedTo = prunedTo;
    const revocations = createRevocations({ log, clock: new SteppedClock() });
    t.after(() => revocations.close());
    await revocations.catchUp();
    assert.throws(() => revocations.check(TOKEN), ENDED);
    assert.equal(revocations.stats().gaps, gaps);
  }
});

test('[AUTH-97] while the database is away a closed scope answers 503, an open one goes on for its time, and both are counted', async (t) => {
  const { clock, log, revocations, signals } = await open(t);
  log.isAway = true;
  clock.step(4_000);
  await settle();
  assert.equal(revocations.check(TOKEN), undefined, 'within its budget nobody need be asked');
  await assert.rejects(async () => revocations.check(TOKEN, 'admin'), UNKNOWN);
  clock.step(2_000);
  await settle();
  await assert.rejects(async () => revocations.check(TOKEN), UNKNOWN);
  clock.step(44_000);
  await settle();
  await revocations.check(TOKEN, 'read');
  clock.step(11_000);
  await settle();
  await assert.rejects(async () => revocations.check(TOKEN, 'read'), UNKNOWN);
  const { stale, unknown } = revocations.stats();
  assert.deepEqual([stale, unknown], [1, 3]);
  const told = signals.filter(({ event }) => event === 'stale' || event === 'unknown');
  assert.deepEqual(
    told.map(({ event, scope, stalenessMs }) => [event, scope, stalenessMs]),
    [
      ['unknown', 'admin', 4_000],
      ['unknown', 'default', 6_000],
      ['stale', 'read', 50_000],
      ['unknown', 'read', 61_000],
    ],
  );
});

test('[AUTH-97] who waits for a database that does not answer waits for one question, and the next are told at once', async (t) => {
  const { clock, log, revocations } = await open(t, { timeoutMs: 1_000 });
  Object.assign(log, { pause: () => new Promise(() => {}) });
  clock.step(6_000);
  const late = revocations.check(TOKEN);
  assert.ok(late instanceof Promise);
  await settle();
  clock.step(1_000);
  await assert.rejects(late, UNKNOWN);
  assert.throws(() => revocations.check(TOKEN), UNKNOWN);
  Object.assign(log, { pause: async () => {} });
  clock.step(2_000);
  await settle();
  assert.equal(revocations.check(TOKEN), undefined, 'it comes back by itself');
});

test('[AUTH-97] before the first read nothing is open', async () => {
  const log = new SimulatedLog();
  log.isAway = true;
  const revocations = createRevocations({ log, scopes: SCOPES, clock: new SteppedClock() });
  await settle();
  for (const scope of [undefined, 'admin', 'read']) {
    await assert.rejects(async () => revocations.check(TOKEN, scope), UNKNOWN);
  }
  await revocations.close();
});

test('[AUTH-104] a revocation that may not be durable is told, and found when it was', async (t) => {
  const { log, revocations } = await open(t);
  const append = log.append.bind(log);
  Object.assign(log, {
    append: async (revocation: Revocation) => {
      await append(revocation);
      throw new Error('the answer was lost');
    },
  });
  await assert.rejects(revocations.revokeToken(TOKEN), { code: 'MILLRACE_AUTH_REVOCATION_FAILED', status: 503 });
  await settle();
  assert.throws(() => revocations.check(TOKEN), ENDED);
});

test('[AUTH-104] who listens hears each entry once, and whose it is; nothing published names anybody', async (t) => {
  const { log, revocations, signals } = await open(t);
  const heard: unknown[] = [];
  const stop = revocations.onRevoked(({ kind }, isOwn) => heard.push([kind, isOwn]));
  await revocations.revokeToken({ jti: 'secret-id', exp: TOKEN.exp });
  await log.append({ kind: 'key', keyId: 'secret-key', untilMs: Infinity });
  await settle();
  assert.deepEqual(heard, [
    ['token', true],
    ['key', false],
  ]);
  stop();
  await revocations.revokeSubject('secret-subject');
  await settle();
  assert.equal(heard.length, 2);
  assert.equal(revocations.stats().applied, 3);
  const applied = signals.filter(({ event }) => event === 'applied').map(({ kind, position }) => [kind, position]);
  assert.deepEqual(applied, [
    ['token', 1],
    ['key', 2],
    ['subject', 3],
  ]);
  assert.ok(!JSON.stringify(signals).includes('secret'));
});

test('[AUTH-104] who listens and fails keeps no entry from coming into force', async (t) => {
  const { log, revocations } = await open(t);
  const warned = new Promise((resolve) => process.once('warning', resolve));
  revocations.onRevoked(() => {
    throw new Error('a listener failed');
  });
  await log.append(LOGOUT);
  await settle();
  assert.throws(() => revocations.check(TOKEN), ENDED);
  assert.match(String(await warned), /a listener failed/);
});

test('[AUTH-96] where no hints are to come the log is read as often as was asked for', async (t) => {
  for (const [options, reads] of [
    [{}, 4],
    [{ pollMs: 500 }, 2],
  ] as const) {
    const [clock, log] = [new SteppedClock(), new SimulatedLog()];
    const revocations = createRevocations({ log, clock, ...options });
    t.after(() => revocations.close());
    await settle();
    const before = log.reads;
    for (let quarter = 0; quarter < 4; quarter++) {
      clock.step(250);
      await settle();
    }
    assert.equal(log.reads - before, reads);
  }
});

test('[AUTH-104] after `close` no timer is left and nothing new is believed', async () => {
  const [clock, log] = [new SteppedClock(), new SimulatedLog()];
  const revocations = createRevocations({ log, listen: log.listen, clock, scopes: SCOPES });
  await revocations.catchUp();
  await settle();
  await revocations.close();
  await settle();
  assert.equal(clock.pendingTimers, 0);
  assert.throws(() => revocations.check(TOKEN, 'admin'), { code: 'MILLRACE_AUTH_CLOSED', status: 503 });
});
