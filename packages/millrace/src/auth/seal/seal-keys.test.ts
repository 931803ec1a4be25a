import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { parseSealKeys, type SealKeys } from './seal-keys.ts';
import { createSealer } from './sealer.ts';

const [ONE, TWO] = [randomBytes(32), randomBytes(32)];

/** The same bytes as a lenient reader takes them, by a last character whose unused bits are not 0. */
function withLooseEnd(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = letters[letters.indexOf(text.at(-1)!) + 1]!;
  return `${text.slice(0, -1)}${last}`;
}

test('[AUTH-55] keys are read in each encoding, the first one seals, and an id may be left out', () => {
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    const { current, keys } = parseSealKeys(`2026:${ONE.toString(encoding)}, 2025:${TWO.toString(encoding)}`);
    assert.deepEqual([current, Object.keys(keys).sort()], ['2026', ['2025', '2026']]);
    assert.deepEqual([keys['2026'], keys['2025']], [ONE, TWO]);
  }
  const alone = parseSealKeys(ONE.toString('base64'));
  const { current, keys } = parseSealKeys(`${TWO.toString('base64url')},${ONE.toString('hex')}`);
  assert.match(current, /^[0-9a-f]{12}$/);
  assert.deepEqual([keys[current], keys[alone.current]], [TWO, ONE]);
  const sealed = createSealer(alone).seal('text', 'place');
  assert.equal(createSealer({ current, keys }).open(sealed, 'place'), 'text');
});

test('[AUTH-55] what is no key is refused, and no message holds a part of it', () => {
  const good = ONE.toString('base64');
  const bad = [
    '',
    ',',
    `${good},`,
    good.slice(1),
    `${good}A`,
    `a b:${good}`,
    `:${good}`,
    `${'i'.repeat(33)}:${good}`,
    `${good},${ONE.toString('hex')}`,
    `one:${good},one:${TWO.toString('hex')}`,
    '0'.repeat(64),
    'ab'.repeat(32),
    'correct horse battery staple correct horses',
    withLooseEnd(ONE.toString('base64url')),
  ];
  for (const text of bad) {
    assert.throws(
      () => parseSealKeys(text),
      ({ code, message, mend }: Error & { code: string; mend: string }) => {
        const parts = text.split(/[,:]/).filter((part) => part.length > 8);
        for (const part of parts) assert.ok(!`${message}${mend}`.includes(part.slice(0, 8)), text);
        return code === 'MILLRACE_AUTH_OPTION_INVALID';
      },
      text,
    );
  }
});

test('[AUTH-55] keys given as bytes are held to the same', () => {
  const bad: SealKeys[] = [
    { current: 'two', keys: { one: ONE } },
    { current: 'one', keys: { one: ONE.subarray(1) } },
    { current: 'one', keys: { one: new Uint8Array(32) } },
    { current: 'a.b', keys: { 'a.b': ONE } },
    { current: 'one', keys: { one: 'text' as unknown as Uint8Array } },
    { current: 'one', keys: undefined as unknown as SealKeys['keys'] },
  ];
  for (const keys of bad) assert.throws(() => createSealer(keys), { code: 'MILLRACE_AUTH_OPTION_INVALID' });
  const misspelt = { current: 'one', keys: { one: ONE }, key: ONE } as SealKeys;
  assert.throws(() => createSealer(misspelt), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
  const copied = { one: Buffer.from(ONE) };
  const sealer = createSealer({ current: 'one', keys: copied });
  const sealed = sealer.seal('text', 'place');
  copied.one.fill(0);
  assert.equal(sealer.open(sealed, 'place'), 'text');
});
