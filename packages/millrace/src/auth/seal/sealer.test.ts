import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../../testing/index.ts';
import { createSealer, type Sealer } from './sealer.ts';

const KEYS = { old: randomBytes(32), new: randomBytes(32) };
const ABOUT = 'provider-key:42';

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

function openSealer(current: keyof typeof KEYS = 'new', keys: Record<string, Uint8Array> = KEYS): Sealer {
  return createSealer({ current, keys });
}

test('[AUTH-50] what was sealed is opened, whatever the text, and reads as nothing without the key', () => {
  const sealer = openSealer();
  const texts = fc.string({ unit: 'grapheme', maxLength: 200 });
  const property = fc.property(texts, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }), (text, about) => {
    const sealed = sealer.seal(text, about);
    assert.match(sealed, /^mrs1\.new\.[\w-]+$/);
    assert.equal(sealer.open(sealed, about), text);
    if (text.length >= 8) assert.ok(!Buffer.from(sealed.slice(9), 'base64url').includes(text));
  });
  fc.assert(property, { ...propertySeed() });
});

test('[AUTH-50] texts that UTF-8 cannot hold, or that are too long, are refused; the longest one is not', () => {
  const sealer = openSealer();
  const longest = 'é'.repeat(32_768);
  assert.equal(sealer.open(sealer.seal(longest, ABOUT), ABOUT), longest);
  for (const text of ['\ud800', `${longest}a`, 'a'.repeat(100_000), undefined as unknown as string]) {
    assert.equal(
      codeOf(() => sealer.seal(text, ABOUT)),
      'MILLRACE_AUTH_SEAL_INPUT',
    );
  }
  for (const about of ['', 'a'.repeat(1_025), '\ud800', undefined as unknown as string]) {
    assert.equal(
      codeOf(() => sealer.seal('text', about)),
      'MILLRACE_AUTH_SEAL_INPUT',
    );
  }
});

test('[AUTH-51] one changed character anywhere is found, and so is a cut or a longer text', () => {
  const sealer = openSealer();
  const sealed = sealer.seal('sk-live-1', ABOUT);
  const changed = [...sealed].map(
    (letter, at) => `${sealed.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`,
  );
  const cut = [...sealed].map((_, at) => sealed.slice(0, at));
  for (const each of [...changed, ...cut, `${sealed}A`, `${sealed}=`, ` ${sealed}`, sealed.repeat(2_000)]) {
    const code = codeOf(() => sealer.open(each, ABOUT));
    assert.ok(code === 'MILLRACE_AUTH_SEAL_BROKEN' || code === 'MILLRACE_AUTH_SEAL_KEY_UNKNOWN', each.slice(0, 100));
  }
  assert.equal(sealer.open(sealed, ABOUT), 'sk-live-1');
});

test('[AUTH-51] a sealed text opens in its own place alone, and under the id of its own key alone', () => {
  const sealer = openSealer();
  const sealed = sealer.seal('sk-live-1', ABOUT);
  for (const about of ['provider-key:4', 'provider-key:43', `${ABOUT}\n`]) {
    assert.equal(
      codeOf(() => sealer.open(sealed, about)),
      'MILLRACE_AUTH_SEAL_BROKEN',
    );
  }
  const twins = createSealer({ current: 'one', keys: { one: KEYS.new, two: KEYS.new } });
  const renamed = twins.seal('sk-live-1', ABOUT).replace('.one.', '.two.');
  assert.equal(
    codeOf(() => twins.open(renamed, ABOUT)),
    'MILLRACE_AUTH_SEAL_BROKEN',
  );
});

test('[AUTH-52] a key is changed step by step, and at no step is anything lost', () => {
  const stages = [
    openSealer('old', { old: KEYS.old }),
    openSealer('old'),
    openSealer('new'),
    openSealer('new', { new: KEYS.new }),
  ];
  const rows = new Map<string, string>();
  for (const [stage, sealer] of stages.entries()) {
    for (const [about, sealed] of rows) {
      assert.equal(sealer.open(sealed, about), `text of ${about}`, `stage ${stage}`);
      if (!sealer.isCurrent(sealed)) rows.set(about, sealer.seal(sealer.open(sealed, about), about));
    }
    rows.set(`row ${stage}`, sealer.seal(`text of row ${stage}`, `row ${stage}`));
  }
  assert.equal(rows.size, 4);
  assert.ok([...rows.values()].every((sealed) => sealed.startsWith('mrs1.new.')));
  const without = openSealer('old', { old: KEYS.old });
  assert.equal(
    codeOf(() => without.open(rows.get('row 0')!, 'row 0')),
    'MILLRACE_AUTH_SEAL_KEY_UNKNOWN',
  );
});

test('[AUTH-53] a start with another key than the data was sealed by is refused', () => {
  const check = openSealer('old').keyCheck();
  openSealer('old').confirmKeys(check);
  openSealer('new').confirmKeys(check);
  assert.equal(openSealer('new').isCurrent(check), false);
  const wrong = [openSealer('new', { new: KEYS.new }), openSealer('old', { old: randomBytes(32) })];
  for (const sealer of wrong)
    assert.equal(
      codeOf(() => sealer.confirmKeys(check)),
      'MILLRACE_AUTH_SEAL_KEY_WRONG',
    );
  for (const text of ['', 'mrs1.old.', check.slice(0, -1)]) {
    assert.equal(
      codeOf(() => openSealer('old').confirmKeys(text)),
      'MILLRACE_AUTH_SEAL_KEY_WRONG',
    );
  }
});

test('[AUTH-53] neither is a sealed text taken for a check of the keys, nor the other way round', () => {
  const sealer = openSealer();
  assert.equal(
    codeOf(() => sealer.confirmKeys(sealer.seal('', 'key-check'))),
    'MILLRACE_AUTH_SEAL_KEY_WRONG',
  );
  assert.equal(
    codeOf(() => sealer.open(sealer.keyCheck(), 'key-check')),
    'MILLRACE_AUTH_SEAL_BROKEN',
  );
});

test('[AUTH-54] no salt and no nonce comes twice, so equal texts read differently', () => {
  const sealer = openSealer();
  const heads = Array.from({ length: 2_000 }, () => Buffer.from(sealer.seal('same', ABOUT).slice(9), 'base64url'));
  assert.equal(new Set(heads.map((bytes) => bytes.toString('hex', 0, 16))).size, 2_000);
  assert.equal(new Set(heads.map((bytes) => bytes.toString('hex', 16, 28))).size, 2_000);
  assert.equal(new Set(heads.map((bytes) => bytes.toString('hex', 28))).size, 2_000);
});
