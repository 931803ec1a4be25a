import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { definePasswordPolicy, type PasswordPolicyOptions } from './password-policy.ts';

const POLICY = definePasswordPolicy();

/** Why it is refused: the reason, else the code; undefined when it is not. */
function refusal(password: string, about: readonly string[] = [], policy = POLICY): string | undefined {
  try {
    policy.check(password, about);
    return undefined;
  } catch (error) {
    const { code, context, message, status } = error as Error & {
      code: string;
      status: number;
      context: { reason?: string };
    };
    assert.equal(status, 400);
    assert.ok(!message.includes(password) || password.length < 3);
    if (context.reason !== undefined) assert.equal(code, 'MILLRACE_AUTH_PASSWORD_WEAK');
    return context.reason ?? code;
  }
}

test('[AUTH-64] twelve characters are enough, eleven are not, as they are read on the screen', () => {
  assert.equal(refusal('heron-lagoon'), undefined);
  assert.equal(refusal('heron-lagoo'), 'short');
  assert.equal(refusal('hëron-lagöon'.normalize('NFD')), undefined);
  assert.equal(refusal('hëron-lagöo'.normalize('NFD')), 'short');
  assert.equal(refusal('🐦🌊🗻🐢🦀🌿🍄⛵🪵🧭🎣'), 'short');
  assert.equal(refusal('🐦🌊🗻🐢🦀🌿🍄⛵🪵🧭🎣🐠'), undefined);
  const strict = definePasswordPolicy({ minLength: 15 });
  assert.equal(refusal('heron-lagoon-k', [], strict), 'short');
});

test('[AUTH-64] long passwords are welcome up to 4,096 bytes, and what is no text is refused', () => {
  const long = randomBytes(3_072).toString('base64');
  assert.equal(refusal(long), undefined);
  assert.equal(refusal(`${long}a`), 'MILLRACE_AUTH_PASSWORD_TOO_LONG');
  assert.equal(refusal('a\0heron-lagoon'), 'MILLRACE_AUTH_PASSWORD_INVALID');
  assert.equal(refusal(undefined as unknown as string), 'MILLRACE_AUTH_PASSWORD_INVALID');
});

test('[AUTH-65] what many people choose is refused, however it is dressed up', () => {
  const common = [
    'password1234',
    'Password123!!',
    'P4$$w0rd2024!',
    'passwordpassword',
    'qwertyuiop123',
    'Qwertzuiop1234',
    '1qaz2wsx3edc',
    'zxcvbnm,asdfgh',
    'aaaaaaaaaaaaaaaa',
    'abcdefghijklm',
    'zyxwvutsrqpo',
    '123456789012345',
    'abc123abc123abc123',
    'x7kqx7kqx7kqx7kq',
    'Summer2024!!!!',
    'Welcome-2025-Welcome',
    'ILoveYou4Ever!',
    'Admin@123456789',
    'letmeinletmein1',
    'correct horse battery staple',
    'changeme-changeme',
    'football#2023#',
    'Liverpool-Winter',
  ];
  for (const password of common) assert.equal(refusal(password), 'common', password);
});

test('[AUTH-65] random passwords pass, and so do sentences of one’s own', () => {
  let unlucky = 0;
  for (let each = 0; each < 5_000; each++) {
    // Twelve random characters hold five's worth of words by chance once in millions, sixteen never hold nine's.
    if (refusal(randomBytes(9).toString('base64url')) !== undefined) unlucky++;
    const password = randomBytes(12).toString('base64url');
    assert.equal(refusal(password), undefined, password);
  }
  assert.ok(unlucky <= 1, `${unlucky} of 5,000`);
  for (const password of [
    'nine grey herons',
    'tide table, noon',
    '夜里的灯塔照着安静的海面上',
    'Vogelwarte Nebeltag',
  ]) {
    assert.equal(refusal(password), undefined, password);
  }
});

test('[AUTH-65] no password takes long to judge', () => {
  const startedAt = process.cpuUsage();
  for (const password of ['a'.repeat(4_096), 'ab'.repeat(2_048), `${'a'.repeat(4_000)}b`, 'qwerty '.repeat(585)]) {
    refusal(password);
  }
  const { user, system } = process.cpuUsage(startedAt);
  assert.ok(user + system < 250_000, `${user + system} µs`);
});

test('[AUTH-66] what others know of the user, or of the service, makes no password', () => {
  const about = ['Rosalind Quillfeather', 'rosalind@heronry.example'];
  assert.equal(refusal('Rosalind-Heronry-7', about), 'personal');
  assert.equal(refusal('r0s4l1nd@heronry.example', about), 'personal');
  assert.equal(refusal('Quillfeather!!2', about), 'personal');
  assert.equal(refusal('Quillfeather!!2'), undefined);
  assert.equal(refusal('rosalind-kX9-vT2m', about), undefined);
  const ours = definePasswordPolicy({ words: ['quillfeather'] });
  assert.equal(refusal('Quillfeather!!2', [], ours), 'common');
});

test('[AUTH-64] options out of range are refused', () => {
  for (const minLength of [7, 65, 12.5]) {
    assert.throws(() => definePasswordPolicy({ minLength }), { code: 'MILLRACE_AUTH_OPTION_INVALID' });
  }
  const misspelt = { min: 12 } as PasswordPolicyOptions;
  assert.throws(() => definePasswordPolicy(misspelt), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});
