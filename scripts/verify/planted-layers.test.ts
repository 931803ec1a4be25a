import { type Plant, testPlants } from './plant.ts';

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

const DIRECTION: readonly Plant[] = [
  ...FORMS.map(
    ([form, code]) =>
      ({
        name: `[VERIFY-8] a lower folder that names a higher one: ${form}`,
        check: 'layers',
        plant: (tree) => tree.write(`${MILLRACE}/core/planted.ts`, code.replace('X', '../cache/index.ts')),
        says: /core\/planted\.ts:1: core may not import cache \(layers\.ts\)/,
      }) satisfies Plant,
  ),
  {
    name: '[VERIFY-8] a feature that imports another without a declared exception',
    check: 'layers',
    plant: (tree) => tree.write(`${MILLRACE}/cache/planted.ts`, "export * from '../auth/index.ts';\n"),
    says: /cache\/planted\.ts:1: cache may not import auth/,
  },
  {
    name: '[VERIFY-8] a deep file that imports a forbidden folder',
    check: 'layers',
    plant: (tree) => tree.write(`${MILLRACE}/cache/deep/planted.ts`, "export * from '../../auth/index.ts';\n"),
    says: /deep\/planted\.ts:1: cache may not import auth/,
  },
  {
    name: '[VERIFY-8] a package that imports a forbidden folder of its own by name',
    check: 'layers',
    plant: (tree) => tree.write(`${MILLRACE}/core/planted.ts`, "export * from 'millrace/cache';\n"),
    says: /core\/planted\.ts:1: core may not import cache/,
  },
  {
    name: '[VERIFY-8] source that imports what is made for tests',
    check: 'layers',
    plant: (tree) => tree.write(`${MILLRACE}/cache/planted.ts`, "export * from '../testing/index.ts';\n"),
    says: /cache\/planted\.ts:1: cache may not import testing/,
  },
  {
    name: '[VERIFY-8] a folder of the load tester against the direction',
    check: 'layers',
    plant: (tree) => tree.write(`${LOAD}/schedule/planted.ts`, "export * from '../run/index.ts';\n"),
    says: /schedule\/planted\.ts:1: schedule may not import run/,
  },
  {
    name: '[VERIFY-8] one mode of the reference service that imports the other',
    check: 'layers',
    plant: (tree) => tree.write(`${REFERENCE}/optimised/planted.ts`, "export * from '../baseline/index.ts';\n"),
    says: /optimised\/planted\.ts:1: optimised may not import baseline/,
  },
  {
    name: '[VERIFY-8] a folder that imports the file which assembles it',
    check: 'layers',
    plant: (tree) => tree.write(`${REFERENCE}/routes/planted.ts`, "export * from '../service.ts';\n"),
    says: /routes\/planted\.ts:1: routes may not import \*\.ts/,
  },
];

const DOORS: readonly Plant[] = [
  {
    name: '[VERIFY-9] an allowed folder entered past its index.ts',
    check: 'layers',
    plant: (tree) => tree.write(`${MILLRACE}/cache/planted.ts`, "export * from '../core/clock.ts';\n"),
    says: /cache\/planted\.ts:1: cache must enter core by its index\.ts/,
  },
  {
    name: '[VERIFY-9] a test that enters another folder past its index.ts',
    check: 'layers',
    plant: (tree) => tree.write(`${MILLRACE}/cache/planted.test.ts`, "export * from '../testing/planted.ts';\n"),
    says: /cache\/planted\.test\.ts:1: cache must enter testing by its index\.ts/,
  },
];

const WORKSPACES: readonly Plant[] = [
  {
    name: '[VERIFY-10] a workspace entered past its public entries',
    check: 'layers',
    plant: (tree) => tree.write(`${LOAD}/run/planted.ts`, "export * from 'millrace/core/clock';\n"),
    says: /run\/planted\.ts:1: millrace\/core\/clock is no public entry of millrace/,
  },
  {
    name: '[VERIFY-10] a workspace entered by a path',
    check: 'layers',
    plant: (tree) => tree.write(`${LOAD}/run/planted.ts`, "export * from '../../../millrace/src/core/index.ts';\n"),
    says: /run\/planted\.ts:1: \S+ leaves @millrace\/load; use a public entry of millrace/,
  },
  {
    name: '[VERIFY-10] the library that imports the load tester',
    check: 'layers',
    plant: (tree) => tree.write(`${MILLRACE}/core/planted.ts`, "export * from '@millrace/load';\n"),
    says: /core\/planted\.ts:1: millrace may not import @millrace\/load/,
  },
  {
    name: '[VERIFY-10] a package that imports the scripts',
    check: 'layers',
    plant: (tree) => tree.write(`${LOAD}/run/planted.test.ts`, "export * from '@millrace/scripts/services';\n"),
    says: /run\/planted\.test\.ts:1: @millrace\/load may not import @millrace\/scripts/,
  },
  {
    name: '[VERIFY-10] a package that imports an app by its path',
    check: 'layers',
    plant: (tree) => tree.write(`${LOAD}/run/planted.ts`, "export * from '../../../../apps/reference/src/main.ts';\n"),
    says: /run\/planted\.ts:1: \S+ leaves @millrace\/load; use a public entry of @millrace\/reference/,
  },
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

testPlants([...DIRECTION, ...DOORS, ...WORKSPACES, ...TABLE]);
