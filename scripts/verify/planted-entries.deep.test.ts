import { type Plant, testPlants } from './plant.ts';

const CACHE = 'packages/millrace/src/cache/cache.ts';
const PAGE = 'packages/millrace/api/cache.api.md';
const CHINESE = 'packages/load/src/report/texts-zh-cn.ts';

const PAGES: readonly Plant[] = [
  {
    name: '[VERIFY-32] an interface that its page does not hold',
    check: 'api',
    async plant(tree) {
      tree.edit(CACHE, 'export function createCache(', 'export function createCache(this: void, ');
      await tree.run('build');
    },
    says: /cache\.api\.md:\d+: the source has "export function createCache\(this: void[^\n]*; run npm run api:write/,
  },
  {
    name: '[VERIFY-32] a page that says more than the source',
    check: 'api',
    async plant(tree) {
      await tree.run('build');
      tree.edit(PAGE, /$/, 'planted\n');
    },
    says: /cache\.api\.md:\d+: the source has ""; run npm run api:write/,
  },
  {
    name: '[VERIFY-32] an entry without a page',
    check: 'api',
    async plant(tree) {
      await tree.run('build');
      tree.remove(PAGE);
    },
    says: /cache\.api\.md: is missing; run npm run api:write/,
  },
  {
    name: '[VERIFY-32] a page without an entry',
    check: 'api',
    async plant(tree) {
      await tree.run('build');
      tree.write('packages/millrace/api/planted.api.md', 'planted\n');
    },
    says: /planted\.api\.md: no public entry has this page/,
  },
];

/** Puts an export into the door of the cache. */
function plantExport(text: string): Plant['plant'] {
  return (tree) => {
    tree.write('packages/millrace/src/cache/planted.ts', text);
    const names = /export (?:const|function) (?<name>\w+)/.exec(text)?.groups;
    tree.edit('packages/millrace/src/cache/index.ts', /$/, `export { ${names?.name} } from './planted.ts';\n`);
  };
}

const COMMENTS: readonly Plant[] = [
  {
    name: '[VERIFY-33] an export without a doc comment',
    check: 'jsdoc',
    plant: plantExport('export const planted: number = 1;\n'),
    says: /cache\/planted\.ts:1: planted of millrace\/cache has no doc comment that says what it is/,
  },
  {
    name: '[VERIFY-33] a comment that is no doc comment, one with tags alone, one of something else',
    check: 'jsdoc',
    plant(tree) {
      for (const [index, comment] of ['// one', '/** @public */', '/** one */\nconst one = 1;'].entries())
        tree.write(
          `packages/millrace/src/cache/planted-${index}.ts`,
          `${comment}\nexport const planted${index}: number = 1;\n`,
        );
      const lines = [0, 1, 2].map((index) => `export { planted${index} } from './planted-${index}.ts';\n`);
      tree.edit('packages/millrace/src/cache/index.ts', /$/, lines.join(''));
    },
    says: /planted-0\.ts:2: planted0[\s\S]*planted-1\.ts:2: planted1[\s\S]*planted-2\.ts:3: planted2/,
  },
  {
    name: '[VERIFY-33] a factory without an example',
    check: 'jsdoc',
    plant: plantExport('/** Makes one. */\nexport function createPlanted(): number {\n  return 1;\n}\n'),
    says: /cache\/planted\.ts:2: createPlanted of millrace\/cache shows no @example/,
  },
  {
    name: '[VERIFY-33] an example that is no code',
    check: 'jsdoc',
    plant: plantExport(
      '/**\n * Makes one.\n * @example\n * call it like that\n */\nexport const definePlanted: number = 1;\n',
    ),
    says: /cache\/planted\.ts:6: the @example of definePlanted is no TypeScript/,
  },
];

const TEXTS: readonly Plant[] = [
  {
    name: '[VERIFY-34] a text that nobody translated',
    check: 'texts',
    plant: (tree) => tree.edit(CHINESE, /title: '[^']+'/, "title: 'Before and after'"),
    says: /packages\/load\/src\/report: zh-CN: title is not translated/,
  },
  {
    name: '[VERIFY-34] a text that is empty',
    check: 'texts',
    plant: (tree) => tree.edit(CHINESE, /title: '[^']+'/, "title: ' '"),
    says: /zh-CN: title is empty/,
  },
  {
    name: '[VERIFY-34] a parameter that a translation leaves out',
    check: 'texts',
    plant: (tree) => tree.edit(CHINESE, /\n {2}needed: .*/, "\n  needed: (_samples) => '需要',"),
    says: /zh-CN: needed says the parameters none, in English ⟦0⟧/,
  },
  {
    name: '[VERIFY-34] a parameter that is not taken',
    check: 'texts',
    plant: (tree) => tree.edit(CHINESE, /\n {2}needed: .*/, "\n  needed: () => '需要',"),
    says: /zh-CN: needed takes 0 parameters, in English 1/,
  },
  {
    name: '[VERIFY-34] a place that is named otherwise',
    check: 'texts',
    plant: (tree) => tree.edit(CHINESE, /\{boundMs\}/, '{planted}'),
    says: /zh-CN: reasons\.[\w-]+ says the parameters [^\n]*\{planted\}[^\n]*, in English [^\n]*\{boundMs\}/,
  },
  {
    name: '[VERIFY-34] a key that a translation lacks, and one of its own',
    check: 'texts',
    plant: (tree) => tree.edit(CHINESE, /\n {2}title: /, '\n  planted: '),
    says: /zh-CN: title is missing[\s\S]*zh-CN: planted is not in English/,
  },
];

testPlants([...PAGES, ...COMMENTS, ...TEXTS]);
