import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { defineConfig } from './config-row.ts';
import { readConfig } from './read-config.ts';

const TABLE = defineConfig({
  secret: { env: ['SECRET'], kind: 'string', minLength: 32, minEntropyBits: 64, secret: true, meaning: 'm' },
});

function refused(secret: string): boolean {
  try {
    readConfig(TABLE, { SECRET: secret });
    return false;
  } catch (error) {
    assert.ok(!(error as Error).message.includes(secret));
    assert.match((error as Error).message, /at least 32 characters, chosen at random/);
    return true;
  }
}

test('[CONFIG-11] what repeats, counts, runs along or stands in samples is no secret', () => {
  const weak = [
    'a'.repeat(64),
    'ab'.repeat(20),
    'secret'.repeat(8),
    'password1'.repeat(5),
    '0123456789'.repeat(4),
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
    '0123456789abcdefghijklmnopqrstuvwxyz',
    `${'x'.repeat(40)}1`,
    'please-change-me-before-production-2026',
    'your-256-bit-secret-goes-right-in-here',
    'CHANGEME-5f0c2b9a77d14e6d8f3b-1a2b3c4d5e',
    'EXAMPLEKEY-5f0c2b9a77d14e6d8f3b-1a2b3c4d',
  ];
  for (const secret of weak) assert.ok(refused(secret), secret);
});

test('[CONFIG-11] random secrets pass in each encoding, and so does a long sentence of one’s own', () => {
  for (let each = 0; each < 2_000; each++) {
    const bytes = randomBytes(16 + (each % 3) * 16);
    const secrets = [bytes.toString('hex'), bytes.toString('base64').padEnd(32, bytes.toString('base64'))];
    for (const secret of secrets) assert.ok(!refused(secret), secret);
  }
  assert.ok(!refused('nine grey herons read the tide table at noon'));
});
