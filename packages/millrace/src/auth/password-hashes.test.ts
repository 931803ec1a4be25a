import { strict as assert } from 'node:assert';
import { argon2Sync, scryptSync } from 'node:crypto';
import { test } from 'node:test';
import { costOf, DEFAULT_TARGET, type HashTarget, nameOf } from './hash-cost.ts';
import { createHashGate, type HashGate, openHashGate } from './hash-gate.ts';
import type { HashGateOptions } from './hash-gate-options.ts';
import type { HashJob } from './hash-thread.ts';
import { isWeaker, parseStoredHash } from './stored-hash.ts';

/** Cheap enough for tests; no service would. */
const SMALL: HashTarget = { memoryKiB: 64, passes: 1, lanes: 1 };
const BCRYPT_4 = `$2b$04$${'e'.repeat(53)}`;

/** Vectors of the reference implementation of argon2 and of RFC 7914, section 12, as PHC strings. */
const FOREIGN: readonly (readonly [hash: string, password: string])[] = [
  ['$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'password'],
  ['$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc', 'password'],
  [
    `$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$${Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
      'hex',
    )
      .toString('base64')
      .replace(/=+$/, '')}`,
    'pleaseletmein',
  ],
];

interface Bench {
  readonly gate: HashGate;
  /** What was hashed or compared, in order: the cost, and the password. */
  readonly jobs: string[];
}

/** A gate over a thread that says what it is asked and answers at once: `right` fits each hash that is not the dummy. */
function openBench(options: HashGateOptions = {}): Bench {
  const jobs: string[] = [];
  const answer = (job: HashJob): boolean | string => {
    if (!('hash' in job)) return 'argon2id' in job ? 'a new hash' : BCRYPT_4;
    return job.password === 'right' && STORED.has(job.hash);
  };
  const gate = openHashGate(options, () => ({
    run: async (job) => {
      const cost = 'hash' in job ? parseStoredHash(job.hash) : costOf('argon2id' in job ? job.argon2id : job.cost);
      jobs.push(`${'hash' in job ? 'verify' : 'hash'} ${nameOf(cost)}`);
      return { value: answer(job), elapsedMs: 1 };
    },
    close: async () => {},
  }));
  return { gate, jobs };
}

const CURRENT = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
const STORED = new Set([CURRENT, BCRYPT_4]);
const TARGET = `argon2id 19456 2 1`;

test('[AUTH-58] hashes that other programs made are verified, by their own password alone', async () => {
  await using gate = createHashGate({ deadlineMs: 60_000 });
  for (const [hash, password] of FOREIGN) {
    assert.equal(await gate.verify(password, hash), true, hash);
    assert.equal(await gate.verify(`${password}!`, hash), false, hash);
    const other = hash.replace(/.{5}$/, (end) => (end === 'AAAAA' ? 'BBBBA' : `AAAA${end.at(-1)}`));
    assert.equal(await gate.verify(password, other), false, other);
  }
});

test('[AUTH-58] scrypt of 128 MiB, as OWASP has it, is within the default bounds', () => {
  const { gate } = openBench();
  const hash = `$scrypt$ln=17,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
  return assert.doesNotReject(gate.verify('right', hash));
});

test('[AUTH-59] a new hash is argon2id at the target, with a salt of its own, and fits its password alone', async () => {
  await using gate = createHashGate({ target: SMALL });
  const password = `pässwörd ${'long '.repeat(100)}`;
  const [one, two] = await Promise.all([gate.hash(password), gate.hash(password)]);
  assert.match(one, /^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(one, two);
  assert.deepEqual(await Promise.all([gate.verify(password, one), gate.verify(`${password} `, one)]), [true, false]);
});

test('[AUTH-59] the default target is OWASP’s, and bcrypt is made where it is the target', async () => {
  const { gate, jobs } = openBench();
  await gate.hash('right');
  await gate.hash('right', 5);
  await openBench({ target: 6 }).gate.hash('right');
  const bcrypt = openBench({ target: 6 });
  await bcrypt.gate.hash('right');
  assert.deepEqual([...jobs, ...bcrypt.jobs], [`hash ${TARGET}`, 'hash bcrypt 5', 'hash bcrypt 6']);
});

test('[AUTH-59] a target that costs more than the limits allow is refused when the gate is made', () => {
  const refused = (options: HashGateOptions): unknown => {
    try {
      return openBench(options);
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  assert.equal(refused({ target: 15 }), 'MILLRACE_AUTH_HASH_COST');
  const bad = [{ memoryKiB: 131_073 }, { memoryKiB: 7 }, { passes: 0 }, { passes: 17 }, { lanes: 0 }, { lanes: 17 }];
  for (const part of bad) {
    assert.equal(
      refused({ target: { ...DEFAULT_TARGET, ...part } }),
      'MILLRACE_AUTH_HASH_PARAMETER',
      JSON.stringify(part),
    );
  }
});

test('[AUTH-60] what is weaker than the target is told, and what is as strong is not', () => {
  const [salt, tag] = ['A'.repeat(22), 'A'.repeat(43)];
  const weak = (hash: string, target: HashTarget = DEFAULT_TARGET): boolean => isWeaker(parseStoredHash(hash), target);
  assert.equal(weak(CURRENT), false);
  assert.equal(weak(`$argon2id$v=19$m=65536,t=3,p=4$${salt}$${tag}`), false);
  assert.equal(weak(`$argon2id$v=19$m=19455,t=2,p=1$${salt}$${tag}`), true);
  assert.equal(weak(`$argon2id$v=19$m=65536,t=1,p=1$${salt}$${tag}`), true);
  assert.equal(weak(`$argon2id$v=19$m=19456,t=2,p=1$${salt.slice(0, 11)}$${tag}`), true);
  assert.equal(weak(`$argon2id$v=19$m=19456,t=2,p=1$${salt}$${salt}`), true);
  assert.equal(weak(`$scrypt$ln=17,r=8,p=1$${salt}$${tag}`), true);
  assert.equal(weak(`$2b$14$${'e'.repeat(53)}`), true);
  assert.deepEqual([weak(BCRYPT_4, 4), weak(BCRYPT_4, 5), weak(CURRENT, 4)], [false, true, true]);
});

test('[AUTH-61] a login with a legacy hash gives a better one, which the next login finds good', async () => {
  await using gate = createHashGate({ target: SMALL });
  const legacy = await gate.hash('grey heron at noon', 4);
  const { matches, upgradedHash } = await gate.check('grey heron at noon', legacy);
  assert.equal(matches, true);
  assert.deepEqual(await gate.check('grey heron at noon', upgradedHash), { matches: true, upgradedHash: undefined });
  assert.deepEqual(await gate.check('grey heron at dawn', legacy), { matches: false, upgradedHash: undefined });
});

test('[AUTH-61] no upgrade without need, none for a wrong password', async () => {
  const { gate, jobs } = openBench();
  assert.deepEqual(await gate.check('right', CURRENT), { matches: true, upgradedHash: undefined });
  assert.deepEqual(await gate.check('wrong', BCRYPT_4), { matches: false, upgradedHash: undefined });
  assert.deepEqual(await gate.check('right', BCRYPT_4), { matches: true, upgradedHash: 'a new hash' });
  assert.deepEqual(jobs, [`verify ${TARGET}`, 'verify bcrypt 4', 'verify bcrypt 4', `hash ${TARGET}`]);
});

test('[AUTH-61] an upgrade for which there is no room does not spoil the login', async () => {
  const gate = openHashGate({}, (died) => ({
    run: async (job) => {
      if ('hash' in job) return { value: true, elapsedMs: 1 };
      died(new Error('killed'));
      throw new Error('killed');
    },
    close: async () => {},
  }));
  assert.deepEqual(await gate.check('right', BCRYPT_4), { matches: true, upgradedHash: undefined });
});

test('[AUTH-62] nobody known costs what everybody costs, and is no match even with the right words', async () => {
  for (const [options, cost] of [
    [{}, TARGET],
    [{ target: 12 }, 'bcrypt 12'],
    [{ target: SMALL }, 'argon2id 64 1 1'],
  ] as const) {
    const { gate, jobs } = openBench(options);
    assert.deepEqual(await gate.check('right', undefined), { matches: false, upgradedHash: undefined });
    assert.deepEqual(jobs, [`verify ${cost}`]);
  }
});

test('[AUTH-62] the stand-in is a well-formed hash of no password', async () => {
  for (const target of [SMALL, 4]) {
    await using gate = createHashGate({ target });
    assert.deepEqual(await gate.check('', undefined), { matches: false, upgradedHash: undefined });
    assert.deepEqual([gate.stats().completed, gate.stats().crashes], [1, 0]);
  }
});

test('[AUTH-62] a password that bcrypt cannot read tells nobody which users have a hash of it', async () => {
  const { gate, jobs } = openBench();
  const long = 'a'.repeat(73);
  assert.deepEqual(await gate.check(long, BCRYPT_4), await gate.check(long, undefined));
  assert.deepEqual(jobs, [`verify ${TARGET}`, `verify ${TARGET}`]);
  const bcrypt = openBench({ target: 4 }).gate;
  for (const hash of [BCRYPT_4, undefined]) {
    await assert.rejects(bcrypt.check(long, hash), { code: 'MILLRACE_AUTH_PASSWORD_TOO_LONG' });
  }
});

test('[AUTH-12] argon2id reads 4,096 bytes, and no more are looked at', async () => {
  const { gate, jobs } = openBench();
  await gate.hash('é'.repeat(2_048));
  for (const password of ['a'.repeat(4_097), 'é'.repeat(2_049), 'a'.repeat(10_000_000)]) {
    const code = 'MILLRACE_AUTH_PASSWORD_TOO_LONG';
    await assert.rejects(gate.hash(password), { code });
    await assert.rejects(gate.check(password, undefined), { code });
  }
  assert.equal(jobs.length, 1);
});

test('[AUTH-13] derived hashes that ask for too much, or are written otherwise, never reach a thread', async () => {
  const { gate, jobs } = openBench({ maxMemoryKiB: 65_536 });
  const [salt, tag] = ['A'.repeat(22), 'A'.repeat(43)];
  const costly = [
    `$argon2id$v=19$m=4194304,t=2,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=65537,t=2,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=19456,t=99,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=99$${salt}$${tag}`,
    `$argon2id$v=19$m=7,t=2,p=1$${salt}$${tag}`,
    `$scrypt$ln=17,r=8,p=1$${salt}$${tag}`,
    `$scrypt$ln=21,r=1,p=1$${salt}$${tag}`,
    `$scrypt$ln=14,r=8,p=17$${salt}$${tag}`,
    `$scrypt$ln=0,r=8,p=1$${salt}$${tag}`,
  ];
  for (const hash of costly)
    await assert.rejects(gate.check('right', hash), { code: 'MILLRACE_AUTH_HASH_PARAMETER' }, hash);
  const malformed = [
    `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${tag}`,
    `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${tag}`,
    `$argon2id$m=19456,t=2,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}=`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt.slice(1)}B$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag.slice(1)}B`,
    `$argon2id$v=19$m=19456,t=2,p=1$$${tag}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${'A'.repeat(18)}`,
    `$argon2id$v=19$m=-1,t=2,p=1$${salt}$${tag}`,
    `$scrypt$ln=14,r=8,p=1$${salt}$${tag}\n`,
    `$scrypt$n=14,r=8,p=1$${salt}$${tag}`,
    `${CURRENT}${CURRENT}`,
  ];
  for (const hash of malformed)
    await assert.rejects(gate.check('right', hash), { code: 'MILLRACE_AUTH_HASH_INVALID' }, hash);
  assert.equal(jobs.length, 0);
});

test('[AUTH-58] a salt of another length and several lanes are derived as node:crypto does', async () => {
  await using gate = createHashGate();
  const salt = Buffer.from('0123456789');
  const tag = scryptSync('grey heron', salt, 20, { N: 16, r: 2, p: 3 });
  const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  assert.equal(await gate.verify('grey heron', `$scrypt$ln=4,r=2,p=3$${text(salt)}$${text(tag)}`), true);
});

test('[AUTH-144] a password is one however its characters were put together, in new hashes and in those of others', async () => {
  const [composed, pieces] = ['hëron-lagöon'.normalize('NFC'), 'hëron-lagöon'.normalize('NFD')];
  assert.notEqual(composed, pieces);
  await using gate = createHashGate({ target: SMALL, maxMemoryKiB: 20_000 });
  const own = await gate.hash(pieces);
  for (const typed of [composed, pieces]) {
    assert.deepEqual(await gate.check(typed, own), { matches: true, upgradedHash: undefined });
    assert.equal(await gate.verify(typed, own), true);
  }
  const salt = Buffer.alloc(16, 7);
  const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  const tag = argon2Sync('argon2id', {
    message: pieces,
    nonce: salt,
    memory: 64,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  });
  const foreign = `$argon2id$v=19$m=64,t=1,p=1$${text(salt)}$${text(tag)}`;
  assert.equal((await gate.check(composed, foreign)).matches, false, 'who has only what was typed in another way');
  const { matches, upgradedHash } = await gate.check(pieces, foreign);
  assert.equal(matches, true);
  for (const typed of [composed, pieces]) assert.ok(await gate.verify(typed, upgradedHash!));
  for (const wrong of ['heron-lagoon', 'ｈëron-lagöon', 'Hëron-lagöon', 'hëron-lagöon ']) {
    assert.equal(await gate.verify(wrong, own), false, wrong);
  }
});

test('[AUTH-144] nobody known costs as much as anybody, however the password was written', async () => {
  const { gate, jobs } = openBench();
  for (const password of ['wröng'.normalize('NFD'), 'wröng'.normalize('NFC')]) {
    const costs: string[][] = [];
    for (const hash of [CURRENT, undefined]) {
      await gate.check(password, hash);
      costs.push(jobs.splice(0));
    }
    assert.deepEqual(costs[0], costs[1]);
  }
});

test('[AUTH-144] what bcrypt reads whole in one spelling is compared in that', async () => {
  const { gate, jobs } = openBench();
  const long = 'ö'.normalize('NFD').repeat(30); // 90 bytes in pieces, 60 composed.
  assert.deepEqual(await gate.check(long, BCRYPT_4), { matches: false, upgradedHash: undefined });
  assert.deepEqual(jobs, ['verify bcrypt 4']);
  await assert.rejects(gate.verify('ö'.normalize('NFD').repeat(37), BCRYPT_4), {
    code: 'MILLRACE_AUTH_PASSWORD_TOO_LONG',
  });
});

test('[AUTH-145] each password is hashed each time, by who asks at once and by who asks again: no answer is kept', async () => {
  const { gate, jobs } = openBench();
  const both = await Promise.all([gate.check('right', CURRENT), gate.check('right', CURRENT)]);
  both.push(await gate.check('right', CURRENT), await gate.check('wrong', CURRENT), await gate.check('right', CURRENT));
  assert.deepEqual(
    both.map(({ matches }) => matches),
    [true, true, true, false, true],
  );
  assert.deepEqual(jobs, Array(5).fill(`verify ${TARGET}`));
  STORED.delete(CURRENT);
  assert.equal((await gate.check('right', CURRENT)).matches, false);
  STORED.add(CURRENT);
});
