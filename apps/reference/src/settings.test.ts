import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { type Environment, type MillraceError, serviceConfig } from 'millrace/core';
import { REFERENCE_CONFIG, readSettings } from './settings.ts';

const DATABASE_URL = 'postgres://127.0.0.1/reference';

/** The lines of what is refused. */
function refusal(env: Environment): string[] {
  try {
    readSettings(env);
  } catch (error) {
    return (error as MillraceError).message.split('\n');
  }
  return assert.fail('it is not refused');
}

test('[REF-67] all that is wrong is told at once, one line each', () => {
  const lines = refusal({
    PORT: 'http',
    DB_POOL_SIZE: '0',
    REFERENCE_SWITCHES: 'cache.nine',
    CRS_URL: 'http://127.0.0.1:1',
    LLM_API_KEY: 'half of the access',
    MILLRACE_PROOF: 'perhaps',
  });
  const told = [/DB_POOL_SIZE is/, /PORT is/, /DATABASE_URL is not set/, /"cache\.nine"/, /MILLRACE_PROOF is/];
  assert.equal(lines.length, told.length, lines.join('\n'));
  for (const [index, line] of told.entries()) assert.match(lines[index] ?? '', line);
});

test('[REF-67] what depends on two variables is told beside the rest', () => {
  const lines = refusal({ CRS_URL: 'http://127.0.0.1:1', LLM_API_KEY: 'half of the access' });
  assert.deepEqual(
    lines.map((line) => /DATABASE_URL|CRS_URL|LLM_URL/.exec(line)?.[0]),
    ['DATABASE_URL', 'CRS_URL', 'LLM_URL'],
  );
});

test('[REF-67] a single problem keeps its own code', () => {
  const code = 'MILLRACE_REFERENCE_SWITCH_UNKNOWN';
  assert.throws(() => readSettings({ DATABASE_URL, REFERENCE_SWITCHES: 'cache.nine' }), { code });
  assert.throws(() => readSettings({}), { code: 'MILLRACE_REFERENCE_DATABASE_UNSET' });
  assert.throws(() => readSettings({ DATABASE_URL, PORT: 'http' }), { code: 'MILLRACE_CONFIG_INVALID' });
});

test('[REF-63] argon2id is refused where passwords are hashed as teams write it by hand', () => {
  const env = { DATABASE_URL, PASSWORD_SCHEME: 'argon2id' };
  assert.equal(readSettings(env).passwordScheme, 'argon2id');
  for (const REFERENCE_SWITCHES of ['origin', 'typical', 'auth.hash-pool-1']) {
    assert.throws(() => readSettings({ ...env, REFERENCE_SWITCHES }), { code: 'MILLRACE_REFERENCE_SCHEME_EXCLUDED' });
  }
  assert.throws(() => readSettings({ ...env, PASSWORD_SCHEME: 'md5' }), { code: 'MILLRACE_CONFIG_INVALID' });
});

test('[REF-67] the service has no second name for what every service reads', () => {
  const shared = new Set(Object.values(serviceConfig.rows).flatMap(({ env }): readonly string[] => env));
  const own = Object.values(REFERENCE_CONFIG.rows).flatMap(({ env }): readonly string[] => env);
  assert.deepEqual(
    own.filter((name) => shared.has(name)),
    [],
  );
});

const random = (): string => randomBytes(32).toString('base64');
const MADE_UP = ['JWT_SECRET_KEY', 'TOKEN_PEPPER', 'ENCRYPTION_KEY'];
const ALL = Object.fromEntries(MADE_UP.map((name) => [name, random()]));

test('[REF-206] a secret that is missing ends the start in production, and is made up with a warning elsewhere', async () => {
  for (const name of MADE_UP) {
    const env = { DATABASE_URL, ...ALL, [name]: '' };
    assert.throws(() => readSettings({ ...env, NODE_ENV: 'production' }), {
      code: 'MILLRACE_CONFIG_INVALID',
      message: new RegExp(`: ${name} is not set; `),
    });
    const warned = once(process, 'warning');
    readSettings(env);
    const [{ message }] = (await warned) as [Error];
    assert.match(message, new RegExp(`^${name} is not set: a random value is used`));
  }
  readSettings({ DATABASE_URL, ...ALL, NODE_ENV: 'production' });
});

test('[REF-206] one that is short, repeats, counts or stands in a sample is refused everywhere, and is not shown', () => {
  for (const name of [...MADE_UP, 'EXEMPTION_KEY']) {
    for (const [what, value] of [
      ['short', random().slice(0, 31)],
      ['repeated', 'ab12'.repeat(16)],
      ['counting', '0123456789abcdefghijklmnopqrstuvwxyz0123456789'],
      ['a sample', 'your-super-secret-key-change-me-in-production!!'],
    ]) {
      for (const NODE_ENV of ['production', 'development', undefined]) {
        const start = (): unknown => readSettings({ DATABASE_URL, ...ALL, NODE_ENV, [name]: value });
        assert.throws(start, (error: Error & { code?: string }) => {
          assert.equal(error.code, 'MILLRACE_CONFIG_INVALID', `${name}, ${what}`);
          return error.message.includes(`: ${name} is ***`) && !error.message.includes(String(value));
        });
      }
    }
  }
});
