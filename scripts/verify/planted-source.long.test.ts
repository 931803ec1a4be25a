import { type FilePlant, type Plant, testPlantedFiles, testPlants } from './plant.ts';

const LIBRARY = 'packages/millrace/src/core/planted.ts';
const SCRIPT = 'scripts/planted.ts';
const HEAD = "import { setTimeout } from 'node:timers/promises';\n";

/** Source text of so many lines that formats and compiles. */
function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `export const line${index}: number = ${index};\n`).join('');
}

/** A function that spans so many lines, the least of them four. */
function longFunction(name: string, count: number): string {
  const body = Array.from({ length: count - 4 }, () => '  total += 1;\n').join('');
  return `export function ${name}(start: number): number {\n  let total = start;\n${body}  return total;\n}\n`;
}

const LINT: readonly FilePlant[] = [
  {
    name: '[VERIFY-4] code that is not formatted',
    file: SCRIPT,
    text: 'export const planted  =  "x"\n',
    says: / format[\s\S]{0,200}File content differs from formatting output/,
  },
  {
    name: '[VERIFY-4] a promise that nobody waits for',
    file: SCRIPT,
    text: `${HEAD}export async function planted() {\n  await setTimeout(1);\n}\nplanted();\n`,
    says: /:\d+:\d+ lint\/nursery\/noFloatingPromises/,
  },
  {
    name: '[VERIFY-4] a dependency that the package does not declare',
    file: LIBRARY,
    text: "export { fetch } from 'undici';\n",
    says: /:\d+:\d+ lint\/correctness\/noUndeclaredDependencies/,
  },
  {
    name: '[VERIFY-4] a default export',
    file: SCRIPT,
    text: 'export default 1;\n',
    says: /:\d+:\d+ lint\/style\/noDefaultExport/,
  },
  {
    name: '[VERIFY-4] any',
    file: SCRIPT,
    text: 'export const planted = (value: any) => value;\n',
    says: /:\d+:\d+ lint\/suspicious\/noExplicitAny/,
  },
  {
    name: '[VERIFY-4] a file name that is not in kebab case',
    file: 'scripts/plantedFault.ts',
    text: 'export const planted = 1;\n',
    says: /\S* lint\/style\/useFilenamingConvention/,
  },
  {
    name: '[VERIFY-4] an import that the layer table forbids',
    file: LIBRARY,
    text: "export * from '../cache/index.ts';\n",
    says: /:\d+:\d+ lint\/style\/noRestrictedImports[\s\S]{0,800}core may not import this folder/,
  },
];

/** Faults of two files, and one that nothing else may be beside. */
const LINT_ALONE: readonly Plant[] = [
  {
    name: '[VERIFY-4] a cycle of imports',
    check: 'lint',
    plant(tree) {
      tree.write('scripts/planted.ts', "import { b } from './planted-too.ts';\n\nexport const a = () => b;\n");
      tree.write('scripts/planted-too.ts', "import { a } from './planted.ts';\n\nexport const b = () => a;\n");
    },
    says: /planted(?:-too)?\.ts:\d+:\d+ lint\/suspicious\/noImportCycles/,
  },
  {
    name: '[VERIFY-4] a warning counts',
    check: 'lint',
    plant: (tree) => tree.write(SCRIPT, 'const planted = 1;\n'),
    says: /planted\.ts:\d+:\d+ lint\/correctness\/noUnusedVariables[\s\S]*warnings were emitted/,
  },
];

const TYPES: readonly FilePlant[] = [
  {
    name: '[VERIFY-5] syntax that cannot be erased',
    file: LIBRARY,
    text: 'export enum Planted {\n  One,\n}\n',
    says: /\(1,13\): error TS1294/,
  },
  {
    name: '[VERIFY-5] an export of a package without its type',
    file: LIBRARY,
    text: 'export const planted = Math.random();\n',
    says: /\(1,14\): error TS9010/,
  },
  {
    name: '[VERIFY-5] an import past the export map',
    file: 'apps/bench/src/planted.ts',
    text: "export * from 'millrace/core/clock';\n",
    says: /\(1,15\): error TS2307/,
  },
  {
    name: '[VERIFY-5] a script that does not compile',
    file: SCRIPT,
    text: "export const planted: number = 'one';\n",
    says: /\(1,14\): error TS2322/,
  },
];

const SIZES: readonly Plant[] = [
  {
    name: '[VERIFY-6] a file of 401 lines',
    check: 'sizes',
    plant: (tree) => tree.write(SCRIPT, lines(401)),
    says: /scripts\/planted\.ts: the file has 401 lines, more than 400/,
  },
  {
    name: '[VERIFY-6] a test file of 401 lines',
    check: 'sizes',
    plant: (tree) => tree.write('scripts/planted.test.ts', lines(401)),
    says: /scripts\/planted\.test\.ts: the file has 401 lines, more than 400/,
  },
  {
    name: '[VERIFY-6] more than one file in twenty above 300 lines',
    check: 'sizes',
    plant(tree) {
      for (let i = 0; i < 60; i++) tree.write(`scripts/planted-${i}.ts`, lines(301));
    },
    says: /planted-0\.ts: the file has 301 lines; the 95th percentile of a file is 301, above 300/,
  },
  {
    name: '[VERIFY-7] a function of 61 lines',
    check: 'sizes',
    plant: (tree) => tree.write(SCRIPT, longFunction('planted', 61)),
    says: /scripts\/planted\.ts:1: planted has 61 lines, more than 60/,
  },
  {
    name: '[VERIFY-7] a method of 61 lines',
    check: 'sizes',
    plant(tree) {
      const method = longFunction('planted', 61).replace('export function ', '');
      tree.write(SCRIPT, `export class Planted {\n${method}}\n`);
    },
    says: /scripts\/planted\.ts:2: planted has 61 lines, more than 60/,
  },
  {
    name: '[VERIFY-7] a test of 61 lines, within a group of any length',
    check: 'sizes',
    plant(tree) {
      const long = longFunction('', 61).replace('export function ', '').replace('number {', 'number => {');
      tree.write('scripts/planted.test.ts', `describe('group', () => {\n  test('planted', ${long.trimEnd()});\n});\n`);
    },
    says: /^(?![\s\S]*planted\.test\.ts:1:)[\s\S]*planted\.test\.ts:2: anonymous function has 61 lines, more than 60/,
  },
  {
    name: '[VERIFY-7] more than one function in twenty above 40 lines',
    check: 'sizes',
    plant(tree) {
      for (let i = 0; i < 60; i++) {
        tree.write(
          `scripts/planted-${i}.ts`,
          Array.from({ length: 6 }, (_, at) => longFunction(`planted${at}`, 41)).join(''),
        );
      }
    },
    says: /planted-0\.ts:1: planted0 has 41 lines; the 95th percentile of a function is 41, above 40/,
  },
];

testPlantedFiles('lint', LINT);
testPlantedFiles('types', TYPES);
testPlants([...LINT_ALONE, ...SIZES]);
