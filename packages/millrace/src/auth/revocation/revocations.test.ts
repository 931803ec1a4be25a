import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryRevocationLog } from './memory-revocation-log.ts';
import type { RevocableClaims } from './revocation.ts';
import type { RevocationsOptions } from './revocation-options.ts';
import { createRevocations, type Revocations } from './revocations.ts';
import { SteppedClock } from './simulated-log.test.model.ts';

const HOUR_S = 3_600;

interface Bench {
  readonly clock: SteppedClock;
  readonly revocations: Revocations;
  /** A token issued now. */
  readonly issue: (jti: string, more?: Partial<RevocableClaims> & { readonly ver?: number }) => RevocableClaims;
}

async function open(options: Partial<RevocationsOptions> = {}): Promise<Bench> {
  const clock = new SteppedClock();
  const log = createMemoryRevocationLog({ clock });
  const revocations = createRevocations({ log, listen: log.listen, clock, clockSkewMs: 0, ...options });
  await revocations.catchUp();
  const issue: Bench['issue'] = (jti, more = {}) => {
    const iat = Math.floor(clock.wallNow() / 1_000);
    return { sub: 'ada', jti, iat, exp: iat + HOUR_S, ...more };
  };
  return { clock, revocations, issue };
}

/** By what it was ended; undefined when it counts. */
function endedBy(revocations: Revocations, claims: RevocableClaims): unknown {
  try {
    assert.equal(revocations.check(claims), undefined, 'it is known at once');
    return undefined;
  } catch (error) {
    assert.equal((error as { status?: number }).status, 401);
    return (error as { context: { by?: unknown } }).context.by;
  }
}

test('[AUTH-92] one token is ended, and no other of its subject', async () => {
  const { revocations, issue } = await open();
  const [one, other] = [issue('a'), issue('b')];
  await revocations.revokeToken(one);
  assert.deepEqual([endedBy(revocations, one), endedBy(revocations, other)], ['token', undefined]);
});

test('[AUTH-92] all of a subject are ended, and nobody else', async () => {
  const { revocations, clock, issue } = await open();
  const [one, other, bob] = [issue('a'), issue('b'), issue('c', { sub: 'bob' })];
  clock.step(5_000);
  await revocations.revokeSubject('ada');
  clock.step(1_000);
  await revocations.catchUp();
  const after = issue('d');
  const ended = [one, other, bob, after].map((claims) => endedBy(revocations, claims));
  assert.deepEqual(ended, ['subject', 'subject', undefined, undefined]);
});

test('[AUTH-92] all of a key are ended, those too that are signed with it later or name no key', async () => {
  const { revocations, clock, issue } = await open({ maxStalenessMs: 3_600_000 });
  await revocations.revokeKey('k1');
  clock.step(60_000);
  const kids = ['k1', 'k2', '', undefined];
  const ended = kids.map((kid) => endedBy(revocations, issue('a', { kid })));
  assert.deepEqual(ended, ['key', undefined, 'key', undefined]);
});

test('[AUTH-93] without a version a token of the same second is ended, whether it came before or after', async () => {
  const { revocations, clock, issue } = await open();
  clock.step(200);
  const before = issue('a');
  await revocations.revokeSubject('ada');
  clock.step(300);
  const [after, exact] = [issue('b'), issue('c', { iat: clock.wallNow() / 1_000 })];
  const ended = [before, after, exact].map((claims) => endedBy(revocations, claims));
  assert.deepEqual(ended, ['subject', 'subject', undefined], 'fractions of seconds are compared as they are');
});

test('[AUTH-93] the clock of an issuer may be ahead by `clockSkewMs`', async () => {
  const { revocations, clock, issue } = await open({ clockSkewMs: 2_000 });
  const ahead = issue('a', { iat: Math.floor(clock.wallNow() / 1_000) + 2 });
  await revocations.revokeSubject('ada');
  assert.equal(endedBy(revocations, ahead), 'subject');
});

test('[AUTH-93] a version tells tokens of one second apart: the position of the log, or a number of the service', async () => {
  const { revocations, issue } = await open({ versionClaim: 'ver' });
  const before = issue('a', { ver: revocations.stats().position });
  await revocations.revokeSubject('ada');
  await revocations.catchUp();
  const after = issue('b', { ver: revocations.stats().position });
  assert.deepEqual([endedBy(revocations, before), endedBy(revocations, after)], ['subject', undefined]);
  await revocations.revokeSubject('bob', { belowVersion: 7 });
  const bobs = [6, 7].map((ver) => endedBy(revocations, issue('c', { sub: 'bob', ver })));
  assert.deepEqual(bobs, ['subject', undefined]);
  assert.equal(endedBy(revocations, issue('d', { sub: 'bob' })), 'subject', 'without one, by its second');
});

test('[AUTH-93] a token that was surely issued before is ended, though it carries a position that was lost', async () => {
  const { revocations, clock, issue } = await open({ versionClaim: 'ver', clockSkewMs: 500 });
  const lost = issue('a', { ver: 1_000 });
  clock.step(2_000);
  const young = issue('b', { ver: 1_000 });
  await revocations.revokeSubject('ada');
  assert.deepEqual([endedBy(revocations, lost), endedBy(revocations, young)], ['subject', undefined]);
});

test('[AUTH-94] a password change ends the other sessions and keeps this one, again and again', async () => {
  const { revocations, clock, issue } = await open();
  const [here, there] = [issue('here'), issue('there')];
  for (const except of ['here', ['here', 'just-issued']]) {
    await revocations.revokeSubject('ada', { except });
    clock.step(10);
  }
  const ended = [here, there, issue('just-issued')].map((claims) => endedBy(revocations, claims));
  assert.deepEqual(ended, [undefined, 'subject', 'subject'], 'excepted is what each of them excepts');
  await revocations.revokeToken(here);
  assert.equal(endedBy(revocations, here), 'token');
});

test('[AUTH-94] what was ended is not brought back by an exception', async () => {
  const { revocations, clock, issue } = await open();
  const [one, other] = [issue('a'), issue('b')];
  await revocations.revokeSubject('ada', { except: 'a' });
  clock.step(2_000);
  await revocations.revokeSubject('ada', { except: 'b' });
  assert.deepEqual([endedBy(revocations, one), endedBy(revocations, other)], ['subject', 'subject']);
});

test('[AUTH-100] a token that does not say when it was issued, or outlives what is remembered, is refused', async () => {
  const { revocations, issue } = await open({ maxTokenLifeMs: HOUR_S * 1_000 });
  assert.equal(revocations.check(issue('a')), undefined);
  for (const iat of [undefined, Number.NaN, 1, 1_760_000_000_000]) {
    assert.throws(() => revocations.check(issue('a', { iat })), { code: 'MILLRACE_AUTH_TOKEN_INVALID', status: 401 });
  }
});

test('[AUTH-103] what no log can hold is refused before it is asked, and so is a token without an id', async () => {
  const { revocations, issue } = await open();
  const refused = { code: 'MILLRACE_AUTH_REVOCATION_INPUT' };
  for (const jti of [undefined, '', 'a\0b', '\ud800', 'x'.repeat(1_025)]) {
    await assert.rejects(revocations.revokeToken(issue('a', { jti })), refused);
  }
  await assert.rejects(revocations.revokeToken({ jti: 'a', exp: Number.NaN }), refused);
  await assert.rejects(revocations.revokeSubject(''), refused);
  await assert.rejects(revocations.revokeSubject('ada', { except: ['a', ''] }), refused);
  await assert.rejects(revocations.revokeSubject('ada', { belowVersion: 1.5 }), refused);
  await assert.rejects(revocations.revokeKey('k', { untilMs: -1 }), refused);
  assert.equal(revocations.stats().applied, 0);
});

test('[AUTH-103] options and scopes that are out of range, or that no one knows, are refused', async () => {
  const { revocations, issue } = await open({ scopes: { admin: { maxStalenessMs: 0 } } });
  assert.throws(() => revocations.check(issue('a'), 'amdin'), { code: 'MILLRACE_AUTH_OPTION_INVALID' });
  const log = createMemoryRevocationLog();
  for (const wrong of [
    { maxStalenessMs: -1 },
    { maxStalenessMs: 5_000, maxStalenessAwayMs: 4_999 },
    { scopes: { read: { maxStalenessMs: 0.5 } } },
    { maxTokenLifeMs: 0 },
    { clockSkewMs: 60_001 },
    { pollMs: 9 },
    { maxEntries: 0 },
    { pruneEveryMs: -1 },
  ]) {
    assert.throws(() => createRevocations({ log, ...wrong }), { code: 'MILLRACE_AUTH_OPTION_INVALID' });
  }
  assert.throws(() => createRevocations({ log, maxStaleness: 1 } as never), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});
