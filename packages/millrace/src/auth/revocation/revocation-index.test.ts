import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../../testing/index.ts';
import { hits, type RevocableClaims, type Revocation, type RevocationEntry } from './revocation.ts';
import { KEPT_PAST_END_MS, RevocationIndex } from './revocation-index.ts';
import { createRevocations } from './revocations.ts';
import { SimulatedLog, SteppedClock, settle } from './simulated-log.test.model.ts';

const NAMES = ['a', 'b', 'c', '__proto__'];
const name = fc.constantFrom(...NAMES);
const small = fc.integer({ min: 1, max: 6 });
const untilMs = small.map((minutes) => minutes * 60_000 - KEPT_PAST_END_MS);

const revocation: fc.Arbitrary<Revocation> = fc.oneof(
  fc.record({ kind: fc.constant('token' as const), tokenId: name, untilMs }),
  fc.record({ kind: fc.constant('key' as const), keyId: name, untilMs: fc.oneof(untilMs, fc.constant(Infinity)) }),
  fc.record({
    kind: fc.constant('subject' as const),
    subject: name,
    belowVersion: fc.option(small, { nil: undefined }),
    issuedUntil: small,
    issuedBefore: fc.option(small, { nil: undefined }),
    except: fc.uniqueArray(name, { maxLength: 2 }),
    untilMs,
  }),
);

const claims: fc.Arbitrary<RevocableClaims> = fc.record({
  sub: name,
  exp: fc.constant(10),
  iat: small,
  jti: fc.option(name, { nil: undefined }),
  kid: fc.option(fc.oneof(name, fc.constant('')), { nil: undefined }),
});

test('[AUTH-98] the index says of every token what a list of all entries says, or that it is not complete', () => {
  const property = fc.property(
    fc.array(revocation, { maxLength: 12 }),
    fc.integer({ min: 1, max: 8 }),
    fc.array(fc.tuple(claims, fc.option(small, { nil: undefined })), { minLength: 4, maxLength: 4 }),
    fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 4 }),
    (revocations, maxEntries, tokens, steps) => {
      const index = new RevocationIndex(maxEntries);
      const all: RevocationEntry[] = revocations.map((each, at) => ({
        position: at + 1,
        mark: '',
        previousMark: '',
        revocation: each,
      }));
      for (const entry of [...all, ...all.slice(0, 3)]) index.add(entry, 0);
      assert.ok(index.size <= 2 * maxEntries);
      let nowMs = 0;
      for (const step of [0, ...steps]) {
        nowMs += step;
        for (let times = 0; times < 3; times++) index.sweep(nowMs);
        const counting = all.filter((entry) => entry.revocation.untilMs + KEPT_PAST_END_MS > nowMs);
        for (const [token, version] of tokens) {
          const isHit = counting.some((entry) => hits(entry, token, version));
          const isFound = index.find(token, version) !== undefined;
          if (isHit && !isFound) assert.equal(index.isComplete(nowMs), false, 'it was forgotten');
          const everHit = all.some((entry) => hits(entry, token, version));
          if (isFound) assert.ok(everHit, 'it was never revoked');
        }
      }
      for (let times = 0; times < 3; times++) index.sweep(1e12);
      const forEver = new Set(
        all.flatMap((e) => (e.revocation.untilMs === Infinity ? Object.values(e.revocation)[1] : [])),
      );
      assert.ok(index.size <= forEver.size, 'what has ended is dropped');
    },
  );
  fc.assert(property, { numRuns: 1_000, ...propertySeed() });
});

test('[AUTH-98] entries of a history that was lost hit by time, unless they are added again or name a version', () => {
  const index = new RevocationIndex(10);
  const entryOf = (position: number, subject: string, belowVersion?: number): RevocationEntry => ({
    position,
    mark: '',
    previousMark: '',
    revocation: { kind: 'subject', subject, belowVersion, issuedUntil: 5, issuedBefore: 2, except: [], untilMs: 1e9 },
  });
  const isHit = (sub: string, iat: number, version: number): boolean =>
    index.find({ sub, iat, exp: 10 }, version) !== undefined;
  for (const [at, subject] of ['ada', 'bob'].entries()) index.add(entryOf(950 + at, subject), 0);
  index.add(entryOf(952, 'eve', 7), 0);
  assert.deepEqual([isHit('ada', 6, 949), isHit('ada', 6, 950), isHit('ada', 1, 950)], [true, false, true]);
  index.loseHistory();
  index.add(entryOf(3, 'bob'), 0);
  assert.deepEqual([isHit('ada', 6, 4), isHit('ada', 5, 4)], [false, true], 'lost');
  assert.deepEqual([isHit('bob', 4, 2), isHit('bob', 4, 3), isHit('bob', 1, 3)], [true, false, true], 'there again');
  assert.deepEqual([isHit('eve', 4, 6), isHit('eve', 4, 7)], [true, false], 'of a version');
  assert.equal(index.size, 3);
});

const IAT = 1_760_000_000;
const tokenOf = (jti: string): RevocableClaims => ({ sub: 'ada', jti, iat: IAT, exp: IAT + 3_600 });
const ENDED = { code: 'MILLRACE_AUTH_TOKEN_REVOKED' };

test('[AUTH-98] past `maxEntries` the log is asked for each token, and nothing is open while it is away', async (t) => {
  const [clock, log] = [new SteppedClock(), new SimulatedLog()];
  const away = { maxStalenessMs: 5_000, maxStalenessAwayMs: 600_000 };
  const revocations = createRevocations({ log, listen: log.listen, clock, maxEntries: 2, ...away });
  t.after(() => revocations.close());
  for (const jti of ['a', 'b', 'c']) await revocations.revokeToken(tokenOf(jti));
  await settle();
  assert.deepEqual([revocations.stats().entries, revocations.stats().isComplete], [2, false]);
  for (const jti of ['a', 'b', 'c']) await assert.rejects(async () => revocations.check(tokenOf(jti)), ENDED);
  await revocations.check(tokenOf('d'));
  assert.equal(log.questions, 2, 'what is in memory needs no question');
  log.isAway = true;
  await assert.rejects(async () => revocations.check(tokenOf('d')), { code: 'MILLRACE_AUTH_REVOCATION_UNKNOWN' });
  log.isAway = false;
  clock.step(3_600_000 + KEPT_PAST_END_MS + 1);
  await settle();
  const young = { ...tokenOf('d'), iat: IAT + 3_600, exp: IAT + 7_200 };
  assert.equal(revocations.check(young), undefined, 'until what did not fit is over');
});

test('[AUTH-99] an entry lasts as long as its token by a clock that does not follow small steps back', async (t) => {
  const [clock, log] = [new SteppedClock(), new SimulatedLog()];
  const revocations = createRevocations({ log, listen: log.listen, clock });
  t.after(() => revocations.close());
  await revocations.revokeToken(tokenOf('a'));
  clock.wallOffset -= 500_000;
  clock.step(3_600_000 + KEPT_PAST_END_MS - 1);
  await settle();
  assert.throws(() => revocations.check(tokenOf('a')), ENDED);
  clock.step(10_000);
  await settle();
  assert.equal(revocations.stats().entries, 0);
});

test('[AUTH-99] when the clock was hours ahead, what it ended counts again once it is right', async (t) => {
  const [clock, log] = [new SteppedClock(), new SimulatedLog()];
  const revocations = createRevocations({ log, listen: log.listen, clock });
  t.after(() => revocations.close());
  await revocations.revokeToken(tokenOf('a'));
  clock.wallOffset += 7_200_000;
  clock.step(1_000);
  await settle();
  assert.equal(revocations.stats().entries, 0);
  clock.wallOffset -= 7_200_000;
  await assert.rejects(async () => revocations.check(tokenOf('a')), ENDED);
  assert.equal(revocations.stats().gaps, 1);
});
