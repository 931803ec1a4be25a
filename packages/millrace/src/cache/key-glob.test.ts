import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../testing/index.ts';
import { type CacheKey, encodeKey } from './cache-key.ts';
import { namespacePrefix } from './cache-tag.ts';
import { escapeRedisGlob, KeyGlob } from './key-glob.ts';

function names(pattern: string, key: CacheKey): boolean {
  return new KeyGlob(pattern).names(encodeKey(key));
}

test('[CACHE-430] a pattern names keys as people read them', () => {
  const named: readonly [pattern: string, key: CacheKey][] = [
    ['user:42:*', ['user', 42, 'keys']],
    ['user:42:*', ['user', '42', 'keys']],
    ['user:42:*', 'user:42:keys'],
    ['user:*', ['user', 1, 2, 3]],
    ['*', ''],
    ['*', ['a', -1.5]],
    ['*:keys', ['user', 42, 'keys']],
    ['us?r', 'user'],
    ['100%', ['100%']],
    ['a:b:c', ['a:b', 'c']],
    ['#1:#2', ['#1', '#2']],
    [':a', ':a'],
    ['%a', '%a'],
    ['a\\*b\\?c\\\\', 'a*b?c\\'],
    ['😀?*', '😀 ok'],
  ];
  for (const [pattern, key] of named) assert.equal(names(pattern, key), true, `${pattern} ${JSON.stringify(key)}`);
  const others: readonly [pattern: string, key: CacheKey][] = [
    ['user:42', ['user', 42, 'keys']],
    ['user:42:*', ['user', 421, 'keys']],
    ['ser:*', ['user', 1]],
    ['us?r', 'usr'],
    ['a\\*b', 'axb'],
    ['[ab]', 'a'],
    ['USER:*', ['user', 1]],
  ];
  for (const [pattern, key] of others) assert.equal(names(pattern, key), false, `${pattern} ${JSON.stringify(key)}`);
});

test('[CACHE-430] keys of a namespace stand behind its name and a slash', () => {
  const key = namespacePrefix('team') + encodeKey(['user', 42]);
  for (const pattern of ['team/user:42', 'team/*', '*:42'])
    assert.equal(new KeyGlob(pattern).names(key), true, pattern);
  for (const pattern of ['user:42', 'team', 'team:*']) assert.equal(new KeyGlob(pattern).names(key), false, pattern);
});

test('[CACHE-430] a pattern that cannot be meant is refused', () => {
  for (const pattern of ['', 'a\\', '\\\\\\', 'x'.repeat(257), undefined, 7])
    assert.throws(() => new KeyGlob(pattern as string), { code: 'MILLRACE_CACHE_OPTION_INVALID' }, String(pattern));
  assert.equal(names('\\\\', '\\'), true);
});

test('[CACHE-430] a pattern of many stars is quick against a long key that nearly matches', () => {
  const glob = new KeyGlob(`${'*a'.repeat(100)}b`);
  const key = 'a'.repeat(20_000);
  const began = process.cpuUsage();
  assert.equal(glob.names(key), false);
  assert.ok(process.cpuUsage(began).user < 2_000_000);
});

const letter = fc.constantFrom('a', 'b', ':', '%', '#', '{', '}', '/', '*', '?', '[', ']', '\\', '-', '^');
const text = fc.array(letter, { minLength: 1, maxLength: 6 }).map((letters) => letters.join(''));
const key: fc.Arbitrary<CacheKey> = fc.oneof(
  text,
  fc.array(fc.oneof(text, fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 3 }),
);

/** What a pattern of Redis means. */
function matchesInRedis(pattern: string, name: string): boolean {
  const source = pattern.replace(/\\([\s\S])|([\s\S])/g, (_, escaped?: string, plain?: string) => {
    if (escaped !== undefined) return `\\u${escaped.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return plain === '*'
      ? '[\\s\\S]*'
      : plain === '?'
        ? '[\\s\\S]'
        : `\\u${plain!.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return new RegExp(`^${source}$`).test(name);
}

test('[CACHE-430] what is asked of Redis names all that the pattern does', () => {
  const pattern = fc
    .array(fc.oneof(letter, fc.constant('*')), { minLength: 1, maxLength: 6 })
    .map((letters) => letters.join(''));
  fc.assert(
    fc.property(
      fc.oneof(
        pattern,
        key.map((one) =>
          [one]
            .flat()
            .join(':')
            .replace(/[*?\\]/g, '\\$&'),
        ),
      ),
      key,
      (given, one) => {
        fc.pre(!/(?<!\\)(?:\\\\)*\\$/.test(given));
        const glob = new KeyGlob(given);
        const encoded = encodeKey(one);
        const name = `users@1:${encoded.replaceAll('%', '%25').replaceAll('{', '%7B').replaceAll('}', '%7D')}`;
        if (glob.names(encoded))
          assert.ok(matchesInRedis(`${escapeRedisGlob('users')}@*:${glob.toRedis()}`, name), `${given} ${name}`);
      },
    ),
    { numRuns: 5_000, ...propertySeed() },
  );
});
