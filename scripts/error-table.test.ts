import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { findProblems, loadTables, renderErrorPage } from './error-tables.ts';
import { ROOT } from './verify/tree.ts';

const CORE = path.join(ROOT, 'packages/millrace/src/core/errors.ts');
const TABLE = 'packages/demo/src/queue/errors.ts';

/** The source of a table file; rows as `CODE: 'message'`. */
function tableSource(rows: Readonly<Record<string, string>>): string {
  const lines = Object.entries(rows).map(
    ([code, message]) => `  ${code}: { message: '${message}', mend: 'raise a | b', status: 503 },`,
  );
  return `import { defineErrors } from ${JSON.stringify(CORE)};\n\nexport const ERRORS = defineErrors({\n${lines.join('\n')}\n});\n`;
}

const GOOD: Readonly<Record<string, string>> = {
  'packages/demo/package.json': '{ "name": "@demo/demo", "type": "module" }',
  [TABLE]: tableSource({ MILLRACE_QUEUE_FULL: 'queue of {size} is full', MILLRACE_QUEUE_LATE: 'too late' }),
  'packages/demo/src/queue/queue.ts': [
    "import { ERRORS } from './errors.ts';",
    "// throw ERRORS.create('MILLRACE_QUEUE_IN_A_COMMENT')",
    "export const full = () => ERRORS.create('MILLRACE_QUEUE_FULL', { size: 1 });",
    "export const other = (late: boolean) => ERRORS.create(late ? 'MILLRACE_QUEUE_LATE' : 'MILLRACE_QUEUE_FULL');",
    'export const port = process.env.MILLRACE_PORT;',
    "export const switches = process.env['MILLRACE_SWITCHES'];",
  ].join('\n'),
  'packages/demo/src/queue/queue.test.ts': "test('x', () => ['MILLRACE_QUEUE_FULL', 'MILLRACE_QUEUE_LATE']);\n",
};

interface Tree extends Disposable {
  readonly root: string;
  write(file: string, text: string): void;
}

/** A small tree with its page written; `changes` come on top of it. */
async function createTree(changes: Readonly<Record<string, string>> = {}): Promise<Tree> {
  const root = mkdtempSync(path.join(tmpdir(), 'millrace-errors-'));
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  spawnSync('git', ['init', '--quiet'], { cwd: root });
  for (const [file, text] of Object.entries(GOOD)) write(file, text);
  for (const [file, text] of Object.entries(changes)) write(file, text);
  const { file, text } = renderErrorPage(await loadTables(root));
  write(file, text);
  return { root, write, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

test('a tree whose tables, source, tests and page agree has no problem', async () => {
  using tree = await createTree();
  assert.deepEqual(await findProblems(tree.root), []);
});

test('the page holds code, meaning, mend and status under what a user imports', async () => {
  using tree = await createTree();
  const { text } = renderErrorPage(await loadTables(tree.root));
  assert.match(text, /^## @demo\/demo\/queue$/m);
  assert.match(text, /^\| `MILLRACE_QUEUE_FULL` \| queue of \{size\} is full \| raise a \\\| b \| 503 \|$/m);
});

const IDLE = tableSource({ MILLRACE_QUEUE_FULL: 'a', MILLRACE_QUEUE_LATE: 'b', MILLRACE_QUEUE_IDLE: 'c' });
const FAULTS: readonly { name: string; changes: Readonly<Record<string, string>>; says: readonly string[] }[] = [
  {
    name: 'a code that no table knows, made on several lines',
    changes: { 'packages/demo/src/extra.ts': "throw ERRORS.create(\n  'MILLRACE_QUEUE_GONE',\n);\n" },
    says: ['packages/demo/src/extra.ts: MILLRACE_QUEUE_GONE stands in no table'],
  },
  {
    name: 'a code that no table knows, compared',
    changes: { 'packages/demo/src/extra.ts': "export const is = (e: E) => e.code === 'MILLRACE_QUEUE_GONE';\n" },
    says: ['packages/demo/src/extra.ts: MILLRACE_QUEUE_GONE stands in no table'],
  },
  {
    name: 'a code that nothing makes and no test names',
    changes: { [TABLE]: IDLE },
    says: [`${TABLE}: nothing in src makes MILLRACE_QUEUE_IDLE`, `${TABLE}: no test names MILLRACE_QUEUE_IDLE`],
  },
  {
    name: 'a code that only a test makes',
    changes: { [TABLE]: IDLE, 'packages/demo/src/idle.test.ts': "ERRORS.create('MILLRACE_QUEUE_IDLE');\n" },
    says: [`${TABLE}: nothing in src makes MILLRACE_QUEUE_IDLE`],
  },
  {
    name: 'one code in two tables',
    changes: { 'packages/demo/src/errors.ts': tableSource({ MILLRACE_QUEUE_FULL: 'again' }) },
    says: [`${TABLE}: MILLRACE_QUEUE_FULL stands already in packages/demo/src/errors.ts`],
  },
  {
    name: 'a code that is none',
    changes: {
      'packages/demo/src/errors.ts': tableSource({ MILLRACE_full: 'x' }),
      'packages/demo/src/extra.test.ts': 'MILLRACE_full',
    },
    says: [
      'packages/demo/src/errors.ts: MILLRACE_full is no code; write MILLRACE_<AREA>_<CAUSE>',
      'packages/demo/src/errors.ts: nothing in src makes MILLRACE_full',
      'packages/demo/src/errors.ts: no test names MILLRACE_full',
    ],
  },
  {
    name: 'a row that says nothing',
    changes: { [TABLE]: tableSource({ MILLRACE_QUEUE_FULL: ' ', MILLRACE_QUEUE_LATE: 'b' }) },
    says: [`${TABLE}: MILLRACE_QUEUE_FULL needs a message and a mend of one line each`],
  },
  {
    name: 'a table that is not exported',
    changes: { 'packages/demo/src/errors.ts': tableSource({}).replace('export ', '') },
    says: ['packages/demo/src/errors.ts: declares errors but exports no table'],
  },
];

for (const { name, changes, says } of FAULTS) {
  test(`found: ${name}`, async () => {
    using tree = await createTree(changes);
    assert.deepEqual(await findProblems(tree.root), says);
  });
}

test('what is not published stands in the last section, and needs no test', async () => {
  const source = tableSource({ MILLRACE_SHOP_SHUT: 'shut' });
  const uses =
    "import { ERRORS } from './errors.ts';\nexport const shut = () => ERRORS.create('MILLRACE_SHOP_SHUT');\n";
  using tree = await createTree({
    'apps/shop/src/errors.ts': source,
    'apps/shop/src/shop.ts': uses,
    'scripts/errors.ts': tableSource({ MILLRACE_SHOP_LOST: 'lost' }),
    'scripts/lost.ts': uses.replaceAll('SHUT', 'LOST'),
  });
  assert.deepEqual(await findProblems(tree.root), []);
  const [, last] = renderErrorPage(await loadTables(tree.root)).text.split('\n## Reference service and scripts\n');
  assert.match(last ?? '', /`MILLRACE_SHOP_LOST`[\s\S]*`MILLRACE_SHOP_SHUT`/);
  assert.doesNotMatch(last ?? '', /\n## /);
});

test('the page is compared in both directions', async () => {
  using tree = await createTree();
  const { file, text } = renderErrorPage(await loadTables(tree.root));
  const row = /^\| `MILLRACE_QUEUE_LATE`.*\n/m;
  const cases: [string, string][] = [
    [text.replace(row, ''), 'lacks MILLRACE_QUEUE_LATE'],
    [text.replace(row, '$&| `MILLRACE_QUEUE_EXTRA` | x | y |  |\n'), 'MILLRACE_QUEUE_EXTRA stands in no table'],
    [text.replace('too late', 'in time'), 'says something else of MILLRACE_QUEUE_LATE than its table'],
    [text.replace('never on its text', 'or on its text'), 'its text is not what --write makes'],
  ];
  for (const [changed, says] of cases) {
    tree.write(file, changed);
    assert.deepEqual(await findProblems(tree.root), [`${file}: ${says}`]);
  }
});

test('the tables of this repository agree with its source, its tests and its page', () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--conditions=millrace-source', 'scripts/error-table.ts', '--check'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  assert.equal(stdout, 'error-table: tables, source, tests and page agree\n');
  assert.equal(status, 0);
});
