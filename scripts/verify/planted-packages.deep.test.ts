import { type Plant, testPlants } from './plant.ts';
import type { TreeCopy } from './tree-copy.ts';

const LOCK = 'package-lock.json';

interface Json {
  [key: string]: Json;
}

/** Changes one JSON file of the copy. */
function editJson(tree: TreeCopy, file: string, change: (json: Json) => void): void {
  const json = JSON.parse(tree.read(file)) as Json;
  change(json);
  tree.write(file, `${JSON.stringify(json, null, 2)}\n`);
}

function plantLockEntry(tree: TreeCopy, entry: object): void {
  editJson(tree, LOCK, ({ packages }) => Object.assign(packages ?? {}, { 'node_modules/planted': entry }));
}

const LOCKS: readonly Plant[] = [
  {
    name: '[VERIFY-17] a platform package that the lock lacks',
    check: 'lock',
    plant: (tree) =>
      editJson(tree, LOCK, ({ packages }) => delete packages?.['node_modules/@biomejs/cli-darwin-arm64']),
    says: /package-lock\.json: @biomejs\/cli-darwin-arm64@\S+, an optional dependency of node_modules\/@biomejs\/biome, has no entry/,
  },
  {
    name: '[VERIFY-18] a download address',
    check: 'lock',
    plant: (tree) =>
      plantLockEntry(tree, { version: '1.0.0', resolved: ['https://example.com', 'planted.tgz'].join('/') }),
    says: /package-lock\.json: node_modules\/planted has a download address/,
  },
  {
    name: '[VERIFY-19] an install script that nobody allowed',
    check: 'lock',
    plant: (tree) => plantLockEntry(tree, { version: '1.0.0', hasInstallScript: true }),
    says: /package-lock\.json: planted runs an install script that allowScripts in package\.json does not name/,
  },
  {
    name: '[VERIFY-19] an allowed install script that does not exist',
    check: 'lock',
    plant: (tree) =>
      editJson(tree, 'package.json', (json) => Object.assign(json.allowScripts ?? {}, { planted: true })),
    says: /package\.json: allowScripts names planted, which has no install script in the lock/,
  },
];

const UNUSED: readonly Plant[] = [
  {
    name: '[VERIFY-14] a file that nothing imports',
    check: 'unused',
    plant: (tree) => tree.write('packages/millrace/src/core/planted.ts', 'export const planted: number = 1;\n'),
    says: /Unused files \(\d+\)[\s\S]*packages\/millrace\/src\/core\/planted\.ts/,
  },
  {
    name: '[VERIFY-14] an export that nothing imports',
    check: 'unused',
    plant: (tree) => tree.edit('packages/millrace/src/core/random.ts', /$/, 'export const planted: number = 1;\n'),
    says: /Unused exports \(\d+\)[\s\S]*planted +packages\/millrace\/src\/core\/random\.ts/,
  },
  {
    name: '[VERIFY-14] a dependency that nothing imports',
    check: 'unused',
    plant: (tree) =>
      editJson(tree, 'packages/cli/package.json', (json) =>
        Object.assign(json.dependencies ?? {}, { undici: '8.12.4' }),
      ),
    says: /Unused dependencies \(\d+\)[\s\S]*undici +packages\/cli\/package\.json/,
  },
];

const BUILDS: readonly Plant[] = [
  {
    name: '[VERIFY-23] a package that does not compile',
    check: 'build',
    plant: (tree) => tree.write('packages/millrace/src/core/planted.ts', "export const planted: number = 'one';\n"),
    says: /planted\.ts\(1,14\): error TS2322[\s\S]*tsc -b: the published packages do not compile/,
  },
  {
    name: '[VERIFY-23] an entry that the build does not bring',
    check: 'build',
    plant: (tree) =>
      editJson(tree, 'packages/millrace/package.json', (json) =>
        Object.assign(json.exports ?? {}, { './planted': './dist/planted.js' }),
      ),
    says: /packages\/millrace\/package\.json: \.\/dist\/planted\.js is not there after the build/,
  },
  {
    name: '[VERIFY-23] an entry that does not load',
    check: 'build',
    plant: (tree) => tree.edit('packages/millrace/src/core/index.ts', /$/, "throw new Error('planted');\n"),
    says: /millrace\/core: Error: planted[\s\S]*dist: an entry does not load without the source condition/,
  },
  {
    name: '[VERIFY-23] a path to a source file that dist does not have',
    check: 'build',
    plant: (tree) =>
      tree.edit(
        'packages/millrace/src/core/random.ts',
        /$/,
        "export const planted: URL = new URL('./planted.ts', import.meta.url);\n",
      ),
    says: /dist\/core\/random\.js:\d+: names \.\/planted\.ts, which is not in dist/,
  },
];

const PACKS: readonly Plant[] = [
  {
    name: '[VERIFY-24] a package that brings its tests',
    check: 'pack',
    plant(tree) {
      tree.write('packages/millrace/dist/planted.test.js', 'export const planted = 1;\n');
      editJson(tree, 'packages/millrace/package.json', (json) => Object.assign(json, { files: ['dist'] }));
    },
    says: /packages\/millrace\/package\.json: dist\/planted\.test\.js must not be packed/,
  },
  {
    name: '[VERIFY-24] a package that brings its sources',
    check: 'pack',
    plant: (tree) =>
      editJson(tree, 'packages/millrace/package.json', (json) => Object.assign(json, { files: ['dist', 'src'] })),
    says: /packages\/millrace\/package\.json: src\/core\/index\.ts must not be packed/,
  },
  {
    name: '[VERIFY-24] declarations that are not where the manifest says',
    check: 'pack',
    plant: (tree) => tree.edit('packages/millrace/package.json', './dist/core/index.d.ts', './dist/core/planted.d.ts'),
    says: /pkg\.exports\["\.\/core"\]\.types is \.\/dist\/core\/planted\.d\.ts but the file does not exist[\s\S]*publint refuses/,
  },
  {
    name: '[VERIFY-24] declarations that lead to a file that is not packed',
    check: 'pack',
    async plant(tree) {
      await tree.run('verify:build');
      tree.edit('packages/millrace/dist/core/index.d.ts', /$/, "export * from './planted.js';\n");
    },
    says: /millrace\/core[\s\S]*Internal resolution error[\s\S]*packages\/millrace: attw refuses the package/,
  },
];

testPlants([...LOCKS, ...UNUSED, ...BUILDS, ...PACKS]);
