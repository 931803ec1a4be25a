import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../../testing/index.ts';
import { type Config, defineConfig } from './config-row.ts';
import { type Environment, readConfig } from './read-config.ts';

const TABLE = defineConfig({
  text: { env: ['TEXT'], kind: 'string', pattern: '[a-z]+', patternMeaning: 'small letters', meaning: 'm' },
  whole: { env: ['WHOLE', 'OLD_WHOLE'], kind: 'int', min: -5, max: 10, default: 3, meaning: 'm' },
  share: { env: ['SHARE'], kind: 'number', min: 0, max: 1, default: 0.5, meaning: 'm' },
  flag: { env: ['FLAG'], kind: 'boolean', default: false, meaning: 'm' },
  mode: {
    env: ['MODE'],
    kind: 'enum',
    values: ['fast', 'slow'],
    spellings: { quick: 'fast' },
    default: 'slow',
    meaning: 'm',
  },
  waitMs: { env: ['WAIT'], kind: 'seconds', min: 0, max: 60, default: 5, meaning: 'm' },
  lifeMs: { env: ['LIFE'], kind: 'minutes', min: 1, max: 60, meaning: 'm' },
  target: { env: ['TARGET'], kind: 'url', protocols: ['http:', 'https:'], example: 'http://127.0.0.1', meaning: 'm' },
  key: { env: ['KEY'], kind: 'string', minLength: 8, secret: true, generatedInDevelopment: true, meaning: 'm' },
});

const KEY = 'long enough';

function read(env: Environment): Config<typeof TABLE.rows> {
  return readConfig(TABLE, { KEY, ...env });
}

/** The problem lines that reading gives. */
function problems(env: Environment): string[] {
  try {
    read(env);
  } catch (error) {
    assert.equal((error as { code: string }).code, 'MILLRACE_CONFIG_INVALID');
    const { message } = error as Error;
    assert.ok(message.startsWith('configuration refused: '));
    return message.slice('configuration refused: '.length).split('\n');
  }
  return [];
}

test('[CONFIG-1] each kind is read as it says', () => {
  const cases: [Environment, Partial<Config<typeof TABLE.rows>>][] = [
    [{ TEXT: 'abc' }, { text: 'abc' }],
    [{ WHOLE: '-5' }, { whole: -5 }],
    [{ WHOLE: '+07' }, { whole: 7 }],
    [{ SHARE: '.25' }, { share: 0.25 }],
    [{ SHARE: '1' }, { share: 1 }],
    ...['true', '1', 'yes', 'on', 'TRUE', 'On'].map((FLAG): [Environment, object] => [{ FLAG }, { flag: true }]),
    ...['false', '0', 'no', 'off', 'No'].map((FLAG): [Environment, object] => [{ FLAG }, { flag: false }]),
    [{ MODE: 'FAST' }, { mode: 'fast' }],
    [{ MODE: 'Quick' }, { mode: 'fast' }],
    [{ WAIT: '0.25' }, { waitMs: 250 }],
    [{ WAIT: '60' }, { waitMs: 60_000 }],
    [{ LIFE: '2' }, { lifeMs: 120_000 }],
    [{ TARGET: 'https://a.test/x?y=1' }, { target: 'https://a.test/x?y=1' }],
  ];
  for (const [env, expected] of cases) {
    const config = read(env);
    for (const [option, value] of Object.entries(expected)) {
      assert.equal(config[option as keyof typeof config], value, JSON.stringify(env));
    }
  }
});

test('[CONFIG-1] what a kind does not allow is refused', () => {
  const refused: [string, string[]][] = [
    ['TEXT', ['ABC', 'a b', 'abc\nabc', ' abc']],
    ['WHOLE', ['11', '-6', '1.5', '1e1', '0x1', 'ten', ' ', '1 ', 'Infinity', 'NaN', '1'.repeat(400)]],
    ['SHARE', ['1.01', '-0.1', '1e-1', '.', 'NaN', '0,5']],
    ['FLAG', ['2', 'ja', 'truth', 'constructor']],
    ['MODE', ['medium', 'constructor', 'fast ']],
    ['WAIT', ['61', '-1', '5s', '1m']],
    ['LIFE', ['0', '61', '1h']],
    ['TARGET', ['ftp://a.test', 'a.test', '/path', 'http://', 'http://a:99999']],
    ['KEY', ['short']],
  ];
  for (const [variable, values] of refused) {
    for (const value of values) assert.equal(problems({ [variable]: value }).length, 1, `${variable}=${value}`);
  }
});

test('[CONFIG-1] every whole number within the range is read, every other one refused', () => {
  const property = fc.property(fc.integer({ min: -50, max: 50 }), (whole) => {
    const allowed = whole >= -5 && whole <= 10;
    assert.equal(problems({ WHOLE: String(whole) }).length, allowed ? 0 : 1);
    if (allowed) assert.equal(read({ WHOLE: String(whole) }).whole, whole);
  });
  fc.assert(property, { ...propertySeed() });
});

test('[CONFIG-1] whatever the text, reading either gives a value of the option’s type or names the variable', () => {
  const property = fc.property(
    fc.constantFrom('WHOLE', 'SHARE', 'FLAG', 'MODE', 'WAIT', 'TARGET'),
    fc.string(),
    (name, text) => {
      const lines = problems({ [name]: text });
      assert.ok(lines.length === 0 || (lines.length === 1 && lines[0]?.startsWith(`${name} is `)), lines.join('\n'));
    },
  );
  fc.assert(property, { ...propertySeed(), numRuns: 300 });
});

test('[CONFIG-2] missing and empty variables give the defaults', () => {
  const expected = {
    text: undefined,
    whole: 3,
    share: 0.5,
    flag: false,
    mode: 'slow',
    waitMs: 5_000,
    lifeMs: undefined,
    target: undefined,
    key: KEY,
  };
  assert.deepEqual(read({}), expected);
  const names = ['TEXT', 'WHOLE', 'OLD_WHOLE', 'SHARE', 'FLAG', 'MODE', 'WAIT', 'LIFE', 'TARGET'];
  assert.deepEqual(read(Object.fromEntries(names.map((name) => [name, '']))), expected);
});

test('[CONFIG-3] all problems are told at once, one line each', () => {
  const lines = problems({ WHOLE: 'ten', MODE: 'medium', WAIT: '61', TEXT: 'A\nB', TARGET: 'ftp://a.test', KEY: 'x' });
  assert.deepEqual(lines, [
    'TEXT is "A\\nB"; allowed: small letters; set TEXT to such a value or leave it out',
    'WHOLE is "ten"; allowed: a whole number from -5 to 10; set WHOLE=3 or leave it out',
    'MODE is "medium"; allowed: fast, slow; set MODE=slow or leave it out',
    'WAIT is "61"; allowed: 0 to 60 seconds; set WAIT=5 or leave it out',
    'TARGET is "ftp://a.test/"; allowed: a URL that starts with http:// or https://; set TARGET=http://127.0.0.1 or leave it out',
    'KEY is *** (1 characters); allowed: at least 8 characters; set KEY to such a value',
  ]);
});

test('[CONFIG-3] a long value is cut', () => {
  const [line = ''] = problems({ TEXT: 'A'.repeat(5_000) });
  assert.ok(line.length < 200);
});

test('[CONFIG-4] no message holds a secret or the password of a URL', () => {
  const passwords = fc.string({ minLength: 6, maxLength: 12 }).filter((text) => !/^\s|\s$/.test(text));
  const property = fc.property(passwords, fc.boolean(), (password, encoded) => {
    const hidden = `~${password}~`;
    const written = encoded ? encodeURIComponent(hidden) : hidden;
    for (const url of [`ftp://user:${written}@host.test/db`, `${written}`, `ftp://user:${written}@host.test:99999/`]) {
      const told = problems({ TARGET: url }).join('\n');
      assert.ok(!told.includes(hidden) && !told.includes(encodeURIComponent(hidden)), told);
    }
    const told = problems({ KEY: hidden.slice(0, 7) }).join('\n');
    assert.ok(!told.includes(hidden.slice(0, 7)), told);
  });
  fc.assert(property, { ...propertySeed(), numRuns: 300 });
});

test('[CONFIG-4] a password whose characters cut the URL short is not told in part', () => {
  for (const url of [
    'ftp://user:12#secret@host.test',
    'ftp://user:12/secret@host.test',
    'ftp://user:12?secret@host.test',
  ]) {
    const [line = ''] = problems({ TARGET: url });
    assert.match(line, /^TARGET is "\*\*\*";/);
  }
});

test('[CONFIG-5] a second name works alike', () => {
  assert.equal(read({ OLD_WHOLE: '7' }).whole, 7);
  assert.equal(read({ OLD_WHOLE: '7', WHOLE: '7' }).whole, 7);
  assert.match(problems({ OLD_WHOLE: 'x' })[0] ?? '', /^OLD_WHOLE is "x"/);
});

test('[CONFIG-5] two names with different values are refused', () => {
  assert.deepEqual(problems({ OLD_WHOLE: '7', WHOLE: '8' }), [
    'WHOLE and OLD_WHOLE differ; allowed: one value; remove OLD_WHOLE',
  ]);
});

test('[CONFIG-6] contradictions are judged by what was set, not by defaults', () => {
  const table = defineConfig(
    {
      low: { env: ['LOW'], kind: 'int', min: 0, max: 100, default: 50, meaning: 'm' },
      high: { env: ['HIGH'], kind: 'int', min: 0, max: 100, default: 60, meaning: 'm' },
    },
    [({ low, high }) => (low !== undefined && high !== undefined && low > high ? ['LOW is above HIGH'] : [])],
  );
  assert.deepEqual(readConfig(table, { HIGH: '10' }), { low: 50, high: 10 });
  assert.throws(() => readConfig(table, { LOW: '9', HIGH: '8' }), /LOW is above HIGH/);
});

test('[CONFIG-7] a missing secret is made up with a warning in development', () => {
  const lines: string[] = [];
  const config = readConfig(TABLE, {}, { warn: (line) => lines.push(line), generateSecret: () => 'made up' });
  assert.equal(config.key, 'made up');
  assert.deepEqual(lines, [
    'KEY is not set: a random value is used until the process ends; production refuses to start like this',
  ]);
  const [one, other] = [readConfig(TABLE, {}, { warn() {} }).key, readConfig(TABLE, {}, { warn() {} }).key];
  assert.notEqual(one, other);
  assert.ok(one.length >= 43);
});

test('[CONFIG-7] the warning is a process warning unless told otherwise', async () => {
  const { promise, resolve } = Promise.withResolvers<Error>();
  process.once('warning', resolve);
  readConfig(TABLE, {});
  assert.match((await promise).message, /^KEY is not set/);
});

test('[CONFIG-7] a missing secret is refused in production', () => {
  const env = { NODE_ENV: 'production', KEY: '' };
  assert.deepEqual(problems(env), [
    'KEY is not set; allowed in production: at least 8 characters; set KEY to such a value',
  ]);
  assert.equal(readConfig(TABLE, { ...env, KEY }).key, KEY);
});

test('[CONFIG-8] the result is frozen and its type follows from the table', () => {
  const config = read({});
  assert.ok(Object.isFrozen(config));
  const mode: 'fast' | 'slow' = config.mode;
  const whole: number = config.whole;
  const flag: boolean = config.flag;
  const key: string = config.key;
  // @ts-expect-error without a default it may be missing
  const text: string = config.text;
  // @ts-expect-error a number is no text
  const wait: string = config.waitMs;
  assert.deepEqual([mode, whole, flag, key, text, wait], ['slow', 3, false, KEY, undefined, 5_000]);
});
