import { type Plant, testPlants } from './plant.ts';

const TABLE = 'packages/millrace/src/core/planted.ts';
const ERROR_PAGE = 'docs/reference/errors.md';
const CONFIG_PAGE = 'docs/reference/configuration.md';

/** The source of an error table with one error, put together so that no scan takes this file for a test of it. */
const CODE = ['MILLRACE', 'PLANTED', 'FAULT'].join('_');
const ERRORS = [
  "import { defineErrors, type ErrorTable } from './errors.ts';",
  '',
  `export const PLANTED_ERRORS: ErrorTable<'${CODE}'> = defineErrors({ ${CODE}: { message: 'm', mend: 'm' } });`,
  '',
].join('\n');

const ERROR_PLANTS: readonly Plant[] = [
  {
    name: '[VERIFY-15] an error that the page lacks',
    check: 'errors',
    plant: (tree) => tree.write(TABLE, `${ERRORS}PLANTED_ERRORS.create('${CODE}');\n`),
    says: new RegExp(`docs/reference/errors\\.md: lacks ${CODE}`),
  },
  {
    name: '[VERIFY-15] an error that no source makes',
    check: 'errors',
    plant: (tree) => tree.write(TABLE, ERRORS),
    says: new RegExp(`core/planted\\.ts: nothing in src makes ${CODE}`),
  },
  {
    name: '[VERIFY-15] an error that no test names',
    check: 'errors',
    plant: (tree) => tree.write(TABLE, ERRORS),
    says: new RegExp(`core/planted\\.ts: no test names ${CODE}`),
  },
  {
    name: '[VERIFY-15] an error that no table has',
    check: 'errors',
    plant: (tree) =>
      tree.write(TABLE, `declare const it: { create(code: string): Error };\nthrow it.create('${CODE}');\n`),
    says: new RegExp(`core/planted\\.ts: ${CODE} stands in no table`),
  },
  {
    name: '[VERIFY-15] an error on the page that no table has',
    check: 'errors',
    plant: (tree) => tree.edit(ERROR_PAGE, /$/, `| \`${CODE}\` | m | m | |\n`),
    says: new RegExp(`docs/reference/errors\\.md: ${CODE} stands in no table`),
  },
];

const CONFIG_PLANTS: readonly Plant[] = [
  {
    name: '[VERIFY-16] a variable that the page lacks',
    check: 'config',
    plant: (tree) => tree.edit(CONFIG_PAGE, /^\| `DB_POOL_SIZE`.*\n/m, ''),
    says: /docs\/reference\/configuration\.md: lacks DB_POOL_SIZE/,
  },
  {
    name: '[VERIFY-16] a variable on the page that the table lacks',
    check: 'config',
    plant: (tree) => tree.edit(CONFIG_PAGE, /$/, '| `PLANTED` | | | | | |\n'),
    says: /docs\/reference\/configuration\.md: PLANTED stands in no table/,
  },
];

const README_PLANTS: readonly Plant[] = [
  {
    name: '[VERIFY-31] a figure in the README that no result holds',
    check: 'readme',
    plant: (tree) => tree.edit('README.md', /(?<=<!-- proof:begin -->\n[^\n]*\n[^\n]*\n\| )/, 'faster: '),
    says: /README\.md does not show the committed results/,
  },
  {
    name: '[VERIFY-31] a figure in the Chinese README that no result holds',
    check: 'readme',
    plant: (tree) => tree.edit('README.zh-CN.md', /(?<=<!-- goals:begin -->\n[^\n]*\n[^\n]*\n\| )/, 'faster: '),
    says: /README\.zh-CN\.md does not show the committed results/,
  },
  {
    name: '[VERIFY-31] a measured table that stands far down the README',
    check: 'readme',
    plant: (tree) => tree.edit('README.md', /(?=<!-- proof:begin -->)/, 'one more line\n'.repeat(40)),
    says: /README\.md shows the measured table down to line \d+, past 40/,
  },
  {
    name: '[VERIFY-31] a result that the README does not show',
    check: 'readme',
    plant: (tree) => tree.edit('apps/bench/results/load.json', /"value": /, '"value": 1'),
    says: /README\.md does not show the committed results/,
  },
];

testPlants([...ERROR_PLANTS, ...CONFIG_PLANTS, ...README_PLANTS]);
