import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineConfig } from 'millrace/core';
import { loadConfigSections, renderConfigPage } from './config-page.ts';
import { comparePage } from './reference-page.ts';
import { readText } from './verify/tree.ts';

const TABLE = defineConfig({
  size: {
    env: ['SIZE', 'OLD_SIZE'],
    kind: 'int',
    unit: 'entries',
    min: 1,
    max: 9,
    default: 3,
    meaning: 'how many | at most',
  },
  waitMs: { env: ['WAIT'], kind: 'seconds', min: 0, max: 60, meaning: 'how long' },
});

const OWN = defineConfig({
  key: { env: ['KEY'], kind: 'string', minLength: 8, secret: true, generatedInDevelopment: true, meaning: 'signs' },
});

const SECRETS = defineConfig({
  pin: { env: ['PIN'], kind: 'string', minLength: 4, secret: true, generatedInDevelopment: true, meaning: 'opens' },
});

const SECTIONS = { service: TABLE.rows, secrets: SECRETS.rows, reference: OWN.rows };

test('a row holds variable, option, meaning, unit, what is allowed and the default', () => {
  const { text } = renderConfigPage(SECTIONS);
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  assert.deepEqual(rows, [
    '| `SIZE`, or `OLD_SIZE` | `size` | how many \\| at most | entries | a whole number from 1 to 9 | `3` |',
    '| `WAIT` | `waitMs` | how long | seconds | 0 to 60 seconds | not set |',
    '| `PIN` | `pin` | opens |  | at least 4 characters | development: random, with a warning; production: refused |',
    '| `KEY` | `key` | signs |  | at least 8 characters | development: random, with a warning; production: refused |',
  ]);
});

test('the page is compared in both directions', () => {
  const page = renderConfigPage(SECTIONS);
  const cases: [string, string][] = [
    [page.text.replace(/^\| `WAIT`.*\n/m, ''), 'lacks WAIT'],
    [page.text.replace(/^\| `WAIT`.*\n/m, '$&| `EXTRA` | x |\n'), 'EXTRA stands in no table'],
    [page.text.replace('how long', 'how short'), 'says something else of WAIT than its table'],
    [page.text.replace('once, when', 'often, when'), 'its text is not what --write makes'],
    ['', 'lacks SIZE'],
  ];
  for (const [changed, says] of cases) assert.equal(comparePage(page, changed)[0], `${page.file}: ${says}`);
  assert.deepEqual(comparePage(page, page.text), []);
});

test('secrets and the rows of the reference service have sections of their own', () => {
  const [, service = '', secrets = '', reference = ''] = renderConfigPage(SECTIONS).text.split('\n## ');
  assert.match(service, /^Every service[\s\S]*`SIZE`[\s\S]*`WAIT`/);
  assert.match(secrets, /^Secrets of signing in[\s\S]*`PIN`/);
  assert.match(reference, /^The reference service[\s\S]*`KEY`/);
  assert.doesNotMatch(service, /`KEY`/);
});

test('the page of this repository is that of its tables', async () => {
  const page = renderConfigPage(await loadConfigSections());
  assert.match(page.text, /\| `REFERENCE_SWITCHES` \|/);
  assert.deepEqual(comparePage(page, readText(page.file)), []);
});
