import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFakeClock } from '../testing/index.ts';
import { createTokenCheck, type TokenCheck } from './token-check.ts';
import type { TokenClaims } from './token-claims.ts';

const SEED = Number(process.env.MILLRACE_TEST_SEED ?? 20_260_101) | 0;
/** Two sessions of one user, one of another. */
const TOKENS = ['ada.1', 'ada.2', 'bob.1'];

interface Session {
  readonly token: string;
  /** How often the session's rights had changed when it was read. */
  readonly changes: number;
}

interface Claims extends TokenClaims {
  readonly token: string;
}

type Actor =
  | { readonly kind: 'check'; readonly token: string }
  | { readonly kind: 'revoke'; readonly token: string }
  | { readonly kind: 'revokeSubject'; readonly token: string; readonly keepsOwn: boolean };

/** Sessions in a database that changes, and a check over them. */
class Sessions {
  readonly #pause: () => Promise<unknown>;
  readonly #acknowledgesFirst: boolean;
  readonly #changes = new Map<string, number>(TOKENS.map((token) => [token, 0]));
  /** Changes acknowledged by token: no check that comes after may see fewer. */
  readonly #floor = new Map<string, number>(this.#changes);
  readonly check: TokenCheck<Session>;

  /** @param acknowledgesFirst plants the fault of revoking before the durable change. */
  constructor(pause: () => Promise<unknown>, acknowledgesFirst = false) {
    this.#pause = pause;
    this.#acknowledgesFirst = acknowledgesFirst;
    this.check = createTokenCheck<Claims, Session>({
      clock: createFakeClock({ wallMs: 0 }),
      verify: (token) => ({ sub: token.slice(0, 3), exp: 4_000_000_000, token }),
      loadIdentity: async ({ token }) => {
        await this.#pause();
        const changes = this.#changes.get(token)!;
        await this.#pause();
        return { token, changes };
      },
    });
  }

  async act(actor: Actor): Promise<void> {
    await this.#pause();
    const { token } = actor;
    if (actor.kind === 'check') {
      const floor = this.#floor.get(token)!;
      const seen = await this.check.check(token);
      if (seen.token !== token) throw new Error(`${token} was taken for ${seen.token}`);
      if (seen.changes < floor)
        throw new Error(`${token}: saw ${seen.changes} changes after ${floor} were acknowledged`);
      return;
    }
    const user = token.slice(0, 3);
    const keepsOwn = actor.kind === 'revokeSubject' && actor.keepsOwn;
    const hit = TOKENS.filter((each) =>
      actor.kind === 'revoke' ? each === token : each.startsWith(user) && !(keepsOwn && each === token),
    );
    const change = (): void => {
      for (const each of hit) this.#changes.set(each, this.#changes.get(each)! + 1);
    };
    const revoke = (): void => {
      if (actor.kind === 'revoke') void this.check.revoke(token);
      else void this.check.revokeSubject(user, keepsOwn ? { except: token } : {});
    };
    const [first, second] = this.#acknowledgesFirst ? [revoke, change] : [change, revoke];
    first();
    await this.#pause();
    second();
    for (const each of hit) this.#floor.set(each, this.#changes.get(each)!);
  }
}

function checkRaces(numRuns: number, acknowledgesFirst: boolean): Promise<void> {
  const token = fc.constantFrom(...TOKENS);
  const actor: fc.Arbitrary<Actor> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('check' as const), token }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), token }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('revokeSubject' as const), token, keepsOwn: fc.boolean() }) },
  );
  const actors = fc.array(actor, { minLength: 2, maxLength: 10 });
  const property = fc.asyncProperty(actors, fc.scheduler(), async (each, scheduler) => {
    const sessions = new Sessions(() => scheduler.schedule(Promise.resolve()), acknowledgesFirst);
    await scheduler.waitFor(Promise.all(each.map((one) => sessions.act(one))));
    await scheduler.waitFor(Promise.all(TOKENS.map((one) => sessions.act({ kind: 'check', token: one }))));
  });
  return fc.assert(property, { numRuns, seed: SEED });
}

test('[AUTH-40] no interleaving of checks and revocations shows what was revoked', async () => {
  await checkRaces(2_000, false);
});

test('[AUTH-40] the races find it when a service revokes before the durable change', async () => {
  await assert.rejects(checkRaces(2_000, true), (failure: Error) => {
    assert.match(String(failure.cause), /were acknowledged/);
    return true;
  });
});

for (const by of ['revoke', 'revokeSubject'] as const) {
  test(`[AUTH-40] ${by} during a load: it is not kept, and no newcomer gets it`, async () => {
    const reads: PromiseWithResolvers<Session>[] = [];
    const check = createTokenCheck<Claims, Session>({
      verify: (token) => ({ sub: 'ada', exp: 4_000_000_000, token }),
      loadIdentity: () => {
        reads.push(Promise.withResolvers());
        return reads.at(-1)!.promise;
      },
    });
    const before = check.check('ada.1');
    void check[by](by === 'revoke' ? 'ada.1' : 'ada');
    const after = check.check('ada.1');
    assert.equal(reads.length, 2);
    reads[1]!.resolve({ token: 'ada.1', changes: 1 });
    reads[0]!.resolve({ token: 'ada.1', changes: 0 });
    assert.deepEqual([(await before).changes, (await after).changes], [0, 1]);
    assert.deepEqual(check.check('ada.1'), { token: 'ada.1', changes: 1 });
  });
}

test('[AUTH-41] the excepted session goes on, all others of the user are read again', async () => {
  const { check } = new Sessions(() => Promise.resolve());
  await Promise.all(TOKENS.map((token) => check.check(token)));
  void check.revokeSubject('ada', { except: 'ada.1' });
  assert.deepEqual(
    TOKENS.map((token) => check.check(token) instanceof Promise),
    [false, true, false],
  );
  assert.equal(check.stats().revocations, 1);
});

test("[AUTH-41] another user's token excepts nothing, nor does one never seen", async () => {
  const { check } = new Sessions(() => Promise.resolve());
  await Promise.all(TOKENS.map((token) => check.check(token)));
  void check.revokeSubject('ada', { except: 'bob.1' });
  void check.revokeSubject('bob', { except: 'bob.2' });
  assert.deepEqual(
    TOKENS.map((token) => check.check(token) instanceof Promise),
    [true, true, true],
  );
});

test('[AUTH-41] an excepted identity is kept no longer than before, and falls to the next revocation', async () => {
  const clock = createFakeClock();
  let reads = 0;
  const check = createTokenCheck<Claims, Session>({
    clock,
    verify: (token) => ({ sub: 'ada', exp: 4_000_000_000, token }),
    loadIdentity: async ({ token }) => ({ token, changes: ++reads }),
  });
  await check.check('ada.1');
  for (let minute = 0; minute < 6; minute++) {
    await clock.advance(60_000);
    void check.revokeSubject('ada', { except: 'ada.1' });
    await check.check('ada.1');
  }
  assert.equal(reads, 2);
  void check.revokeSubject('ada');
  await check.check('ada.1');
  assert.equal(reads, 3);
});
