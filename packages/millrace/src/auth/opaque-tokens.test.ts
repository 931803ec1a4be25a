import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { defineOpaqueTokens, type OpaqueTokenOptions } from './opaque-tokens.ts';

const [OLD, NEW] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const KEYS = defineOpaqueTokens({ prefix: 'acme', peppers: [NEW] });

test('[AUTH-67] a token is 32 random bytes behind its prefix, and is found by its hash', () => {
  const issued = Array.from({ length: 1_000 }, () => KEYS.issue());
  assert.equal(new Set(issued.map(({ token }) => token)).size, 1_000);
  for (const { token, hash } of issued) {
    assert.match(token, /^acme_[\w-]{49}$/);
    assert.deepEqual(KEYS.hashesOf(token), [hash]);
    assert.ok(KEYS.matches(token, hash));
  }
  assert.ok(!KEYS.matches(issued[0]!.token, issued[1]!.hash));
  for (const stored of ['', issued[0]!.hash.slice(1), `${issued[0]!.hash}A`]) {
    assert.ok(!KEYS.matches(issued[0]!.token, stored));
  }
});

test('[AUTH-67] who has the hashes cannot tell a token by them, and kinds of tokens share none', () => {
  const { token, hash } = KEYS.issue();
  assert.equal(Buffer.from(hash, 'base64url').length, 32);
  assert.notEqual(hash, createHash('sha256').update(token).digest('base64url'));
  assert.notDeepEqual(defineOpaqueTokens({ prefix: 'acme', peppers: [OLD] }).hashesOf(token), [hash]);
  assert.deepEqual(defineOpaqueTokens({ prefix: 'other', peppers: [NEW] }).hashesOf(token), []);
});

test('[AUTH-68] what cannot be a token has no hash to look up: each wrong, missing or further character', () => {
  const { token, hash } = KEYS.issue();
  const changed = [...token].map(
    (letter, at) => `${token.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`,
  );
  const cut = [...token].map((_, at) => token.slice(0, at));
  const odd: unknown[] = [
    `${token}A`,
    ` ${token}`,
    `${token}\n`,
    token.toUpperCase(),
    'a'.repeat(100_000),
    undefined,
    7,
  ];
  for (const each of [...changed, ...cut, ...odd]) {
    assert.deepEqual(KEYS.hashesOf(each as string), [], String(each).slice(0, 80));
    assert.ok(!KEYS.matches(each as string, hash));
  }
});

test('[AUTH-69] a pepper is changed without a token being lost', () => {
  const before = defineOpaqueTokens({ prefix: 'acme', peppers: [OLD] });
  const during = defineOpaqueTokens({ prefix: 'acme', peppers: [NEW, OLD] });
  const { token, hash } = before.issue();
  assert.ok(during.hashesOf(token).includes(hash) && during.matches(token, hash));
  const later = during.issue();
  assert.equal(during.hashesOf(later.token)[0], later.hash);
  assert.ok(KEYS.matches(later.token, later.hash));
  assert.ok(!KEYS.matches(token, hash));
});

test('[AUTH-67] options out of range are refused, without telling a pepper', () => {
  const bad: OpaqueTokenOptions[] = [
    { prefix: 'a', peppers: [NEW] },
    { prefix: '1a', peppers: [NEW] },
    { prefix: 'Acme', peppers: [NEW] },
    { prefix: 'acme', peppers: [] },
    { prefix: 'acme', peppers: [NEW, NEW.slice(0, 31)] },
    { prefix: 'acme', peppers: NEW as unknown as string[] },
  ];
  for (const options of bad) {
    assert.throws(
      () => defineOpaqueTokens(options),
      ({ code, message }: Error & { code: string }) =>
        code === 'MILLRACE_AUTH_OPTION_INVALID' && !message.includes(NEW.slice(0, 8)),
    );
  }
  const misspelt = { prefix: 'acme', peppers: [NEW], pepper: NEW } as OpaqueTokenOptions;
  assert.throws(() => defineOpaqueTokens(misspelt), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});
