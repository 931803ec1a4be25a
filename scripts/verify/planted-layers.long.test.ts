import { type FilePlant, type Plant, testPlantedFiles, testPlants } from './plant.ts';

const MILLRACE = 'packages/millrace/src';
const LOAD = 'packages/load/src';
const REFERENCE = 'apps/reference/src';

/** Every way in which one file can name another. */
const FORMS: readonly (readonly [string, string])[] = [
  ['an import', "import { planted } from 'X';\n"],
  ['a type import', "import type { Planted } from 'X';\n"],
  ['a re-export', "export { planted } from 'X';\n"],
  ['a star export', "export * from 'X';\n"],
  ['import() as a value', "export const planted: unknown = await import('X');\n"],
  ['import() as a type', "export type Planted = import('X').Planted;\n"],
  ['import.meta.resolve', "export const planted: string = import.meta.resolve('X');\n"],
];

/** A file that may not name what it names: test name, file, name, and what the check says of the line. */
type Breach = readonly [name: string, file: string, names: string, says: RegExp];

const BREACHES: readonly Breach[] = [
  [
    '[VERIFY-8] a feature that imports another without a declared exception',
    `${MILLRACE}/cache/planted.ts`,
    '../auth/index.ts',
    /cache may not import auth/,
  ],
  [
    '[VERIFY-8] a deep file that imports a forbidden folder',
    `${MILLRACE}/cache/deep/planted.ts`,
    '../../auth/index.ts',
    /cache may not import auth/,
  ],
  [
    '[VERIFY-8] a package that imports a forbidden folder of its own by name',
    `${MILLRACE}/core/planted.ts`,
    'millrace/cache',
    /core may not import cache/,
  ],
  [
    '[VERIFY-8] source that imports what is made for tests',
    `${MILLRACE}/cache/planted.ts`,
    '../testing/index.ts',
    /cache may not import testing/,
  ],
  [
    '[VERIFY-8] a folder of the load tester against the direction',
    `${LOAD}/schedule/planted.ts`,
    '../run/index.ts',
    /schedule may not import run/,
  ],
  [
    '[VERIFY-8] one mode of the reference service that imports the other',
    `${REFERENCE}/optimised/planted.ts`,
    '../baseline/index.ts',
    /optimised may not import baseline/,
  ],
  [
    '[VERIFY-8] a folder that imports the file which assembles it',
    `${REFERENCE}/routes/planted.ts`,
    '../service.ts',
    /routes may not import \*\.ts/,
  ],
  [
    '[VERIFY-9] an allowed folder entered past its index.ts',
    `${MILLRACE}/cache/planted.ts`,
    '../core/clock.ts',
    /cache must enter core by its index\.ts/,
  ],
  [
    '[VERIFY-9] a test that enters another folder past its index.ts',
    `${MILLRACE}/cache/planted.test.ts`,
    '../testing/planted.ts',
    /cache must enter testing by its index\.ts/,
  ],
  [
    '[VERIFY-10] a workspace entered past its public entries',
    `${LOAD}/run/planted.ts`,
    'millrace/core/clock',
    /millrace\/core\/clock is no public entry of millrace/,
  ],
  [
    '[VERIFY-10] a workspace entered by a path',
    `${LOAD}/run/planted.ts`,
    '../../../millrace/src/core/index.ts',
    /\S+ leaves @millrace\/load; use a public entry of millrace/,
  ],
  [
    '[VERIFY-10] the library that imports the load tester',
    `${MILLRACE}/core/planted.ts`,
    '@millrace/load',
    /millrace may not import @millrace\/load/,
  ],
  [
    '[VERIFY-10] a package that imports the scripts',
    `${LOAD}/run/planted.test.ts`,
    '@millrace/scripts/services',
    /@millrace\/load may not import @millrace\/scripts/,
  ],
  [
    '[VERIFY-10] a package that imports an app by its path',
    `${LOAD}/run/planted.ts`,
    '../../../../apps/reference/src/main.ts',
    /\S+ leaves @millrace\/load; use a public entry of @millrace\/reference/,
  ],
];

const naming = ([name, file, names, says]: Breach, code = "export * from 'X';\n"): FilePlant => ({
  ...{ name, file, text: code.replace('X', names) },
  says: new RegExp(`:1: ${says.source}`),
});

const IMPORTS: readonly FilePlant[] = [
  ...FORMS.map(([form, code]) => {
    const name = `[VERIFY-8] a lower folder that names a higher one: ${form}`;
    const says = /core may not import cache \(layers\.ts\)/;
    return naming([name, `${MILLRACE}/core/planted.ts`, '../cache/index.ts', says], code);
  }),
  ...BREACHES.map((breach) => naming(breach)),
];

const TABLE: readonly Plant[] = [
  {
    name: '[VERIFY-11] a folder that the table does not know',
    check: 'layers',
    plant: (tree) => tree.write(`${MILLRACE}/planted/index.ts`, 'export const planted: number = 1;\n'),
    says: /packages\/millrace\/src\/planted: not in layers\.ts/,
  },
  {
    name: '[VERIFY-11] a workspace that the table does not know',
    check: 'layers',
    plant: (tree) => tree.write('packages/planted/package.json', '{ "name": "@millrace/planted" }\n'),
    says: /packages\/planted: not in layers\.ts/,
  },
  {
    name: '[VERIFY-12] lint rules that differ from the table',
    check: 'layers',
    plant: (tree) => tree.edit('biome.layers.json', '{signals,redis', '{redis'),
    says: /biome\.layers\.json: differs from layers\.ts; run npm run layers:write/,
  },
  {
    name: '[VERIFY-12] a page that differs from the table',
    check: 'layers',
    plant: (tree) => tree.edit('ARCHITECTURE.md', '| `signals` | `core` |\n', ''),
    says: /ARCHITECTURE\.md: the table between \S+ \S+ --> and .* differs from layers\.ts/,
  },
  {
    name: '[VERIFY-12] a page without the marks',
    check: 'layers',
    plant: (tree) => tree.edit('ARCHITECTURE.md', '<!-- layers:begin -->', ''),
    says: /ARCHITECTURE\.md: the table between/,
  },
];

testPlantedFiles('layers', IMPORTS);
testPlants(TABLE);
