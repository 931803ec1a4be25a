import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AuthLoginSignal, authLogin } from '../signals/index.ts';
import { createFakeClock, type FakeClock, propertySeed } from '../testing/index.ts';
import { createLoginGuard, type LoginAttempt, type LoginGuard, type LoginRequest } from './login-guard.ts';
import type { LoginGuardOptions, LoginLimit } from './login-guard-options.ts';

const [SECRET, OTHER] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const QUARTER_MS = 900_000;

interface Bench {
  readonly guard: LoginGuard;
  readonly clock: FakeClock;
  /** Whether an attempt passes; it fails, if it does. */
  fail(request: Partial<LoginRequest>): Promise<boolean>;
  /** A device from which `account` has signed in. */
  deviceOf(account: string): Promise<string>;
}

function openBench(options: Partial<LoginGuardOptions> = {}): Bench {
  const clock = createFakeClock();
  const guard = createLoginGuard({ secrets: [SECRET], clock, ...options });
  const begin = (request: Partial<LoginRequest>): Promise<LoginAttempt> =>
    guard.begin({ account: 'ada', network: '192.0.2.1', ...request });
  return {
    guard,
    clock,
    async fail(request) {
      const attempt = await begin(request);
      attempt.failed();
      return attempt.allowed;
    },
    deviceOf: async (account) => (await begin({ account, network: `home of ${account}` })).succeeded(),
  };
}

/** How many of so many pass. */
async function count(times: number, pass: (each: number) => Promise<boolean>): Promise<number> {
  let passed = 0;
  for (let each = 0; each < times; each++) if (await pass(each)) passed++;
  return passed;
}

test('[AUTH-120] one account is tried five times in a quarter from one network, however many try at one moment', async () => {
  const { guard, fail, clock } = openBench();
  const request = { account: 'ada', network: '192.0.2.1' };
  const attempts = await Promise.all(Array.from({ length: 50 }, () => guard.begin(request)));
  assert.equal(attempts.filter(({ allowed }) => allowed).length, 5);
  const { retryAfterMs, deniedBy } = await guard.begin(request);
  assert.deepEqual([retryAfterMs, deniedBy], [QUARTER_MS, 'pair']);
  assert.equal(await fail({ network: '192.0.2.2' }), true);
  await clock.advance(QUARTER_MS);
  assert.equal(await count(9, () => fail({})), 5);
});

test('[AUTH-121] one network tries thirty times in a quarter, whatever the accounts', async () => {
  const { guard, fail } = openBench();
  assert.equal(await count(100, (each) => fail({ account: `user ${each}` })), 30);
  assert.deepEqual(guard.stats(), {
    allowed: 30,
    denied: { pair: 0, network: 70, account: 0, device: 0 },
    succeeded: 0,
  });
});

test('[AUTH-122] strangers try an account twenty times an hour, from however many networks', async () => {
  const { fail } = openBench();
  assert.equal(await count(100, (each) => fail({ network: `network ${each}` })), 20);
  assert.equal(await fail({ network: 'network 200', account: 'bob' }), true);
});

test('[AUTH-123] whoever has signed in before gets in while strangers attack the account', async () => {
  const { guard, fail, deviceOf } = openBench();
  const device = await deviceOf('ada');
  await count(200, (each) => fail({ network: `network ${each}` }));
  await count(200, () => fail({ network: '192.0.2.9', account: 'bob' }));
  assert.equal(await fail({ network: 'somewhere new' }), false);
  for (let each = 0; each < 100; each++) {
    const attempt = await guard.begin({ account: 'ada', network: '192.0.2.9', device });
    assert.ok(attempt.allowed);
    await attempt.succeeded();
  }
  assert.equal(await fail({ network: 'the office', known: true }), true);
});

test('[AUTH-123] a device that was stolen tries ten times in a quarter', async () => {
  const { fail, deviceOf } = openBench();
  const device = await deviceOf('ada');
  assert.equal(await count(50, (each) => fail({ device, network: `network ${each}` })), 10);
});

test('[AUTH-124] success gives back its own attempt and nothing before it', async () => {
  const { guard, fail } = openBench();
  for (let each = 0; each < 3; each++) await fail({});
  for (let each = 0; each < 100; each++) {
    const attempt = await guard.begin({ account: 'ada', network: '192.0.2.1' });
    assert.ok(attempt.allowed);
    await attempt.succeeded();
    await attempt.succeeded();
  }
  assert.equal(await count(9, () => fail({})), 2);
});

test('[AUTH-124] an account of one’s own does not wipe out failures for others', async () => {
  const { guard, fail } = openBench();
  let passed = 0;
  for (let each = 0; each < 100; each++) {
    if (await fail({ account: `user ${each}` })) passed++;
    const own = await guard.begin({ account: 'mallory', network: '192.0.2.1' });
    if (own.allowed) await own.succeeded();
  }
  assert.equal(passed, 30);
});

test('[AUTH-125] what is never settled counts, and what has failed cannot succeed after', async () => {
  const { guard, fail } = openBench();
  const request = { account: 'ada', network: '192.0.2.1' };
  const [first, second] = [await guard.begin(request), await guard.begin(request)];
  assert.ok(first.allowed && second.allowed);
  second.failed();
  await second.succeeded();
  assert.equal(await count(9, () => fail({})), 3);
  const denied = await guard.begin(request);
  await assert.rejects(denied.succeeded(), { code: 'MILLRACE_AUTH_LOGIN_DENIED' });
});

test('[AUTH-133] an attempt that is withdrawn is given back once, and one that has ended is not', async () => {
  const { guard, fail } = openBench();
  const request = { account: 'ada', network: '192.0.2.1' };
  for (let each = 0; each < 3; each++) await fail({});
  for (let each = 0; each < 100; each++) {
    const attempt = await guard.begin(request);
    assert.ok(attempt.allowed);
    await attempt.withdrawn();
    await attempt.withdrawn();
  }
  const failed = await guard.begin(request);
  failed.failed();
  await failed.withdrawn();
  assert.equal(await count(9, () => fail({})), 1);
  await (await guard.begin(request)).withdrawn();
  assert.equal(await fail({}), false);
});

test('[AUTH-126] a device of somebody else, changed, too old or of another secret is none', async () => {
  const { guard, fail, clock, deviceOf } = openBench();
  const device = await deviceOf('ada');
  const [id, expiry, mac] = device.split('.') as [string, string, string];
  await count(200, (each) => fail({ network: `network ${each}` }));
  const isKnown = (text: string): Promise<boolean> => fail({ device: text, network: 'somewhere new' });
  const bad = [
    await deviceOf('bob'),
    await openBench({ secrets: [OTHER] }).deviceOf('ada'),
    `${'A'.repeat(22)}.${expiry}.${mac}`,
    `${id}.zzzzzzz.${mac}`,
    `${id}.${expiry}.${'A'.repeat(43)}`,
    `${device} `,
    '',
    'x'.repeat(100_000),
  ];
  for (const text of bad) assert.equal(await isKnown(text), false, text.slice(0, 99));
  assert.equal(await isKnown(device), true);
  const rotated = createLoginGuard({ secrets: [OTHER, SECRET], clock });
  await count(200, async (each) => (await rotated.begin({ account: 'ada', network: `network ${each}` })).allowed);
  assert.ok((await rotated.begin({ account: 'ada', network: 'somewhere new', device })).allowed);
  await clock.advance(91 * 86_400_000);
  await count(200, (each) => fail({ network: `network ${each}` }));
  assert.equal(await isKnown(device), false);
  assert.equal(guard.stats().denied.device, 0);
});

test('[AUTH-127] all spellings of an account are one', async () => {
  const { fail } = openBench();
  const spellings = ['ada', 'Ada', ' ADA ', 'ａｄａ', 'aDa'];
  assert.equal(await count(20, (each) => fail({ account: spellings[each % 5]! })), 5);
});

test('[AUTH-129] neither signals nor counts name anybody', async () => {
  const said: AuthLoginSignal[] = [];
  const stop = authLogin.subscribe((payload) => said.push(payload));
  const { guard, fail } = openBench({ pair: { limit: 1, windowMs: 60_000 } });
  await fail({});
  await fail({});
  await (await guard.begin({ account: 'bob', network: 'x' })).succeeded();
  stop();
  assert.deepEqual(said, [
    { name: 'login', outcome: 'allowed' },
    { name: 'login', outcome: 'failed' },
    { name: 'login', outcome: 'denied', deniedBy: 'pair' },
    { name: 'login', outcome: 'allowed' },
    { name: 'login', outcome: 'succeeded' },
  ]);
});

test('[AUTH-130] what is missing is not counted as one for everybody, and options out of range are refused', async () => {
  const { guard } = openBench();
  for (const request of [
    { account: '' },
    { account: undefined },
    { network: '' },
    { network: 7 },
    { account: 'a'.repeat(1_025) },
  ]) {
    const begun = guard.begin({ account: 'ada', network: 'x', ...request } as unknown as LoginRequest);
    await assert.rejects(begun, { code: 'MILLRACE_AUTH_LOGIN_INPUT' });
  }
  const bad: readonly object[] = [
    { secrets: [] },
    { secrets: ['short'] },
    { secrets: undefined },
    { whenAway: 'open' },
    { pair: { limit: 0, windowMs: 60_000 } },
    { account: { limit: 10, windowMs: 999 } },
    { deviceMaxAgeMs: 1 },
    { maxKeys: 99 },
  ];
  for (const options of bad) {
    assert.throws(() => openBench(options), { code: 'MILLRACE_AUTH_OPTION_INVALID' }, JSON.stringify(options));
  }
});

test('[AUTH-131] a success that comes late is given back, and takes the place of no failure since', async () => {
  const hour = openBench();
  const own = await hour.guard.begin({ account: 'ada', network: '192.0.2.1' });
  await hour.clock.advance(600_000);
  assert.equal(await count(9, () => hour.fail({})), 4);
  await own.succeeded();
  assert.equal(await count(9, () => hour.fail({})), 1);

  const { guard, fail, clock } = openBench();
  const request = { account: 'ada', network: '192.0.2.1' };
  const soon = await guard.begin(request);
  await clock.advance(59_000);
  await soon.succeeded();
  const late = await guard.begin(request);
  await clock.advance(QUARTER_MS - 1_000);
  assert.equal(await count(9, () => fail({})), 4);
  await late.succeeded();
  await clock.advance(1_000);
  assert.equal(await count(9, () => fail({})), 1);

  const short = openBench({ pair: { limit: 1, windowMs: 1_000 } });
  const lapsed = await short.guard.begin(request);
  await short.clock.advance(1_000);
  assert.equal(await short.fail({}), true);
  await lapsed.succeeded();
  assert.equal(await short.fail({}), false);
});

test('[AUTH-132] strangers without end leave other strangers little and known devices untouched', async () => {
  const { guard, fail, deviceOf } = openBench({ maxKeys: 100 });
  const device = await deviceOf('ada');
  await count(300, (each) => fail({ account: `made up ${each}`, network: `network ${each}` }));
  assert.ok((await count(100, (each) => fail({ account: 'ada', network: `another ${each}` }))) <= 5);
  const attempt = await guard.begin({ account: 'ada', network: 'network 1', device });
  assert.equal(attempt.allowed, true);
  await attempt.succeeded();
  assert.equal(await count(50, () => fail({ device })), 10);
});

const LIMITS = { pair: 3, network: 6, account: 5, device: 4 };
type Outcome = 'right' | 'wrong' | 'withdrawn' | 'never told';

/** What anybody does: who, from where, known or not, with the right password or not, and how long after the last. */
interface Action {
  readonly account: string;
  readonly network: string;
  readonly as: 'stranger' | 'device' | 'stolen device' | 'known';
  /** So many at one moment, with one outcome each. */
  readonly outcomes: readonly Outcome[];
  readonly waitMs: number;
}

const ACTION: fc.Arbitrary<Action> = fc.record({
  account: fc.constantFrom('ada', 'bob', 'eve'),
  network: fc.constantFrom('n1', 'n2', 'n3'),
  as: fc.constantFrom('stranger', 'stranger', 'device', 'stolen device', 'known'),
  outcomes: fc.array(fc.constantFrom('right', 'wrong', 'wrong', 'withdrawn', 'never told'), {
    minLength: 1,
    maxLength: 4,
  }),
  waitMs: fc.constantFrom(0, 0, 1_000, 60_000, 400_000),
});

/** Everything that has failed, each by what it counts for; nothing is ever forgotten. */
class ExactGuard {
  readonly #failures: { readonly counts: readonly string[]; readonly at: number }[] = [];

  /** What an attempt counts for. A device of another account is none. */
  countsOf({ account, network, as }: Action): readonly (readonly [keyof typeof LIMITS, string])[] {
    if (as === 'device') return [['device', `device of ${account}`]];
    const pair = [
      ['pair', `${account} from ${network}`],
      ['network', network],
    ] as const;
    return as === 'known' ? pair : [...pair, ['account', account]];
  }

  /** Whether one passes while `reserved` others of the same kind have not been settled. */
  allows(action: Action, now: number, reserved: number): boolean {
    return this.countsOf(action).every(([kind, name]) => {
      const recent = this.#failures.filter(({ counts, at }) => counts.includes(name) && at > now - QUARTER_MS);
      return recent.length + reserved < LIMITS[kind];
    });
  }

  fail(action: Action, at: number): void {
    this.#failures.push({ counts: this.countsOf(action).map(([, name]) => name), at });
  }
}

async function act(
  bench: Bench,
  model: ExactGuard,
  devices: ReadonlyMap<string, string>,
  action: Action,
): Promise<void> {
  const { account, network, as, outcomes } = action;
  const owner = as === 'stolen device' ? (account === 'ada' ? 'bob' : 'ada') : account;
  const device = as === 'device' || as === 'stolen device' ? devices.get(owner) : undefined;
  const attempts = [];
  let reserved = 0;
  for (const _ of outcomes) {
    const due = model.allows(action, bench.clock.now(), reserved);
    const attempt = await bench.guard.begin({ account, network, device, known: as === 'known' });
    assert.equal(attempt.allowed, due, `${as} ${account} from ${network}`);
    if (attempt.allowed) reserved++;
    attempts.push(attempt);
  }
  for (const [at, attempt] of attempts.entries()) {
    if (!attempt.allowed) continue;
    if (outcomes[at] === 'right') await attempt.succeeded();
    else if (outcomes[at] === 'withdrawn') await attempt.withdrawn();
    else model.fail(action, bench.clock.now());
    if (outcomes[at] === 'wrong') attempt.failed();
  }
}

test('[AUTH-120, AUTH-123] whatever strangers, owners and thieves try in whatever order, an exact model allows the same', async () => {
  const limit = (most: number): LoginLimit => ({ limit: most, windowMs: QUARTER_MS });
  const property = fc.asyncProperty(fc.array(ACTION, { maxLength: 60 }), async (actions) => {
    const options = {
      pair: limit(LIMITS.pair),
      network: limit(LIMITS.network),
      account: limit(LIMITS.account),
      device: limit(LIMITS.device),
    };
    const bench = openBench(options);
    const devices = new Map<string, string>();
    for (const account of ['ada', 'bob', 'eve']) devices.set(account, await bench.deviceOf(account));
    const model = new ExactGuard();
    for (const action of actions) {
      await bench.clock.advance(action.waitMs);
      await act(bench, model, devices, action);
    }
  });
  await fc.assert(property, { ...propertySeed(), numRuns: 60 });
});
