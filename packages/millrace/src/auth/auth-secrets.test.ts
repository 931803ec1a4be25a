import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { readAuthSecrets } from './auth-secrets.ts';
import { createSealer } from './seal/sealer.ts';

const NAMES = ['encryptionKeys', 'tokenPepper', 'adminPassword'] as const;

function problemsOf(env: Record<string, string>, names: readonly (typeof NAMES)[number][] = NAMES): string {
  try {
    readAuthSecrets(env, names, { warn: () => {} });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('[AUTH-56] in production each missing secret is refused by one error, and only what is asked for', () => {
  const env = { NODE_ENV: 'production' };
  const told = problemsOf(env);
  for (const name of ['ENCRYPTION_KEY', 'TOKEN_PEPPER', 'ADMIN_PASSWORD'])
    assert.ok(told.includes(`${name} is not set`));
  assert.ok(!problemsOf(env, ['tokenPepper']).includes('ENCRYPTION_KEY'));
  assert.equal(problemsOf({ ...env, TOKEN_PEPPER: randomBytes(32).toString('hex') }, ['tokenPepper']), '');
});

test('[AUTH-56] in development they are made up, anew each time, with a warning that does not hold them', () => {
  const lines: string[] = [];
  const warn = (line: string): void => void lines.push(line);
  const [one, two] = [readAuthSecrets({}, NAMES, { warn }), readAuthSecrets({}, NAMES, { warn })];
  assert.notEqual(one.tokenPepper, two.tokenPepper);
  assert.notEqual(one.encryptionKeys.current, two.encryptionKeys.current);
  const sealer = createSealer(one.encryptionKeys);
  assert.equal(sealer.open(sealer.seal('text', 'place'), 'place'), 'text');
  assert.equal(lines.length, 6);
  const key = Object.values(one.encryptionKeys.keys)[0]!;
  for (const secret of [one.tokenPepper, one.adminPassword, Buffer.from(key).toString('base64url')]) {
    assert.ok(!lines.join('\n').includes(secret.slice(0, 8)));
  }
});

test('[AUTH-57] a secret that is short, weak or malformed is refused everywhere, and told by its name alone', () => {
  const weak: [string, string][] = [
    ['ENCRYPTION_KEY', 'A'.repeat(43)],
    ['ENCRYPTION_KEY', randomBytes(16).toString('hex')],
    ['ENCRYPTION_KEY', `${randomBytes(32).toString('base64')},${randomBytes(31).toString('base64')}`],
    ['ENCRYPTION_KEY', 'nine grey herons read the tide table at noon today'],
    ['TOKEN_PEPPER', 'pepper'.repeat(6)],
    ['TOKEN_PEPPER', randomBytes(15).toString('hex')],
    ['ADMIN_PASSWORD', 'aaaaaaaaaaaaaaaa'],
    ['ADMIN_PASSWORD', 'Tr0ub4dor&3'],
  ];
  for (const [name, value] of weak) {
    for (const mode of ['production', 'development']) {
      const names = NAMES.filter((each) => (each === 'encryptionKeys') === (name === 'ENCRYPTION_KEY'));
      const told = problemsOf({ NODE_ENV: mode, [name]: value }, names);
      assert.ok(told.includes(name), `${name} in ${mode}: ${told}`);
      assert.ok(!told.includes(value.slice(0, 9)), told);
    }
  }
});
