import { type FilePlant, type Plant, testPlantedFiles, testPlants } from './plant.ts';
import type { TreeCopy } from './tree-copy.ts';

/**
 * This file must not hold what it plants, or the checks would find it here. So every planted text is put
 * together from parts.
 */
function join(...parts: readonly string[]): string {
  return parts.join('');
}

const PAGE = 'docs/planted.md';
const SPEC_PAGE = 'packages/millrace/src/core/planted/SPEC.md';
const TESTS = 'packages/millrace/src/core/planted.test.ts';

function plantSpec(tree: TreeCopy, rules: string, tests: string): void {
  tree.write(SPEC_PAGE, rules);
  tree.write(TESTS, `import { test } from 'node:test';\n\n${tests}`);
}

const SPEC: readonly Plant[] = [
  {
    name: '[VERIFY-13] a rule without a test',
    check: 'spec',
    plant: (tree) =>
      plantSpec(tree, '- **PLANTED-1** Holds.\n- **PLANTED-2** Holds too.\n', "test('[PLANTED-1] holds', () => {});\n"),
    says: /SPEC\.md:2: rule PLANTED-2 has no test named "\[PLANTED-2\] …"/,
  },
  {
    name: '[VERIFY-13] a rule whose only test is skipped',
    check: 'spec',
    plant: (tree) => plantSpec(tree, '- **PLANTED-1** Holds.\n', "test.skip('[PLANTED-1] holds', () => {});\n"),
    says: /SPEC\.md:1: rule PLANTED-1 has no test/,
  },
  {
    name: '[VERIFY-13] a test that names an unknown rule',
    check: 'spec',
    plant: (tree) => plantSpec(tree, '- **PLANTED-1** Holds.\n', "test('[PLANTED-1, PLANTED-7] holds', () => {});\n"),
    says: /planted\.test\.ts:3: a test names PLANTED-7, which no SPEC\.md states/,
  },
  {
    name: '[VERIFY-13] a rule stated twice',
    check: 'spec',
    plant: (tree) =>
      plantSpec(tree, '- **PLANTED-1** Holds.\n- **PLANTED-1** Holds.\n', "test('[PLANTED-1] holds', () => {});\n"),
    says: /SPEC\.md:2: rule PLANTED-1 stands already at \S+SPEC\.md:1/,
  },
  {
    name: '[VERIFY-13] a rule id that no test could name',
    check: 'spec',
    plant: (tree) => plantSpec(tree, '- **Planted 1** Holds.\n', ''),
    says: /SPEC\.md:1: Planted 1 is no rule id; write AREA-1/,
  },
];

const KEY_LINES = [
  'MIIEpAIBAAKCAQEA04up8hoqzS1',
  'APIB0RhjXyObwHQnOzhAk5Bd7mhkSbPkyhP1iWlX9HNavcydATJc1f0DpzF0u4zY8PY24RVoW8vk',
];

/** What is planted, and the rule that must find it. */
const SECRETS: readonly (readonly [string, string, string])[] = [
  [
    'a private key',
    join('-----BEGIN RSA ', 'PRIVATE KEY-----\n', ...KEY_LINES, '\n-----END RSA ', 'PRIVATE KEY-----\n'),
    'privatekey',
  ],
  ['an AWS key id', join('AKIA', 'Q3EGYPZ3XKZ7ABCD\n'), 'aws'],
  ['an AWS secret', join('aws_secret_access', '_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY\n'), 'aws'],
  ['a GitHub token', join('ghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx\n'), 'github'],
  ['an npm token', join('npm_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx\n'), 'npm'],
  [
    'a database password in a URL',
    join('postgres://app:', 's3cr3tpw@db.example.com/app\n'),
    'database-connection-string',
  ],
  ['a signed token', join('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0NTY3ODkwIn0', '.dozjgNryP4J3jVmNHl0w5N\n'), 'jwt'],
  ['a password in a page', join('export ADMIN_', 'PASSWORD=correct-horse\n'), 'assignment'],
  ['a secret in a page', join('JWT_', 'SECRET: correct-horse\n'), 'assignment'],
  ['a quoted secret in a page', join('JWT_SECRET', '_KEY="correct-horse"\n'), 'assignment'],
];

const SECRET_FILES: readonly FilePlant[] = [
  ...SECRETS.map(
    ([what, text, rule]): FilePlant => ({
      ...{ name: `[VERIFY-20] ${what}`, file: PAGE, text },
      says: new RegExp(`:1: .* \\(${rule}\\)`),
    }),
  ),
  {
    name: '[VERIFY-20] a secret in code',
    file: 'scripts/planted.ts',
    text: join('export const env = { ENCRYPTION_', "KEY: 'correct-horse' };\n"),
    says: /:1: ENCRYPTION_KEY has a literal value; generate it or leave a placeholder \(assignment\)/,
  },
  {
    name: '[VERIFY-20] a secret beside a comment that would switch the scanner off',
    file: PAGE,
    text: join('<!-- secretlint', '-disable -->\nghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx\n'),
    says: /:2: .* \(github\)/,
  },
];

const ALLOWED: readonly Plant[] = [
  {
    name: '[VERIFY-22] an allowed secret that is no longer there',
    check: 'secrets',
    plant: (tree) =>
      tree.edit(
        'scripts/verify/allowed.ts',
        /(ALLOWED_SECRETS.*= \[)/,
        "$1{ file: 'LICENSE', rule: 'jwt', reason: 'planted' },",
      ),
    says: /allowed\.ts: jwt finds nothing in LICENSE any more; remove the entry/,
  },
  {
    name: '[VERIFY-22] an allowed word that is no longer there',
    check: 'words',
    plant: (tree) =>
      tree.edit(
        'scripts/verify/allowed.ts',
        /(ALLOWED_WORDS.*= \[)/,
        "$1{ file: 'LICENSE', rule: 'unfinished', reason: 'planted' },",
      ),
    says: /allowed\.ts: unfinished finds nothing in LICENSE any more; remove the entry/,
  },
];

const WORDS: readonly (readonly [string, string, string])[] = [
  ['a path of one machine', join('see /ho', 'me/somebody/millrace/notes\n'), 'machine-path'],
  ['a path of the superuser', join('see /ro', 'ot/notes\n'), 'machine-path'],
  ['the host of a registry', join('https://regis', 'try.npmjs.org/millrace\n'), 'registry-host'],
  ['work left for later', join('TO', 'DO: finish\n'), 'unfinished'],
  ['a stub', join("throw new Error('not impl", "emented');\n"), 'unfinished'],
  ['who wrote it', join('Co-authored', '-by: somebody\n'), 'authorship'],
];

const WORD_FILES: readonly FilePlant[] = WORDS.map(([what, text, rule]) => ({
  ...{ name: `[VERIFY-21] ${what}`, file: PAGE, text },
  says: new RegExp(`:1: .* \\(${rule}\\)`),
}));

testPlantedFiles('secrets', SECRET_FILES);
testPlantedFiles('words', WORD_FILES);
testPlants([...SPEC, ...ALLOWED]);
