import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ErrorRow, ErrorTable } from 'millrace/core';
import { comparePage, type ReferencePage, tableLines } from './reference-page.ts';
import { isCode, isTest, listFiles, readJson, readText } from './verify/tree.ts';

const FILE = 'docs/reference/errors.md';

/** What one file declares. */
export interface TableFile {
  readonly file: string;
  /** What a user imports to meet these errors, e.g. `millrace/cache`; {@link NOT_PUBLISHED} for what is not published. */
  readonly entry: string;
  readonly rows: Readonly<Record<string, ErrorRow>>;
}

const DECLARES = /^import\b[^;]*\bdefineErrors\b[^;]*\bfrom\b/m;
const SOURCE = /^(?:(?:packages|apps)\/[^/]+\/src|scripts)\//;
/** The section of what nobody imports. */
const NOT_PUBLISHED = 'Reference service and scripts';
const CODE = /^MILLRACE(?:_[A-Z0-9]+){2,}$/;
const CREATED = /\.create\(\s*['"`](MILLRACE_[A-Z0-9_]+)['"`]/g;
const COMPARED = /\bcode\s*[!=]==\s*['"`](MILLRACE_[A-Z0-9_]+)['"`]/g;
const QUOTED = /['"`](MILLRACE_[A-Z0-9_]+)['"`]/g;
const COMMENT_LINE = /^\s*(?:\/?\*|\/\/).*$/gm;

function listSources(root: string): string[] {
  return listFiles(root).filter((file) => SOURCE.test(file) && isCode(file) && !isTest(file));
}

function isTable(value: unknown): value is ErrorTable<string> {
  const table = value as Partial<ErrorTable<string>> | null;
  return typeof table === 'object' && typeof table?.rows === 'object' && typeof table.create === 'function';
}

function entryOf(root: string, file: string): string {
  const [packages, folder, , area] = file.split('/');
  if (packages !== 'packages') return NOT_PUBLISHED;
  const { name } = readJson<{ name: string }>(`${packages}/${folder}/package.json`, root);
  return area?.endsWith('.ts') === false ? `${name}/${area}` : name;
}

/** Imports every file of the tree that declares errors. */
export async function loadTables(root: string): Promise<TableFile[]> {
  const tables: TableFile[] = [];
  for (const file of listSources(root)) {
    if (!DECLARES.test(readText(file, root))) continue;
    const exports: unknown[] = Object.values(await import(pathToFileURL(path.join(root, file)).href));
    const rows = Object.assign({}, ...exports.filter(isTable).map((table) => table.rows));
    tables.push({ file, entry: entryOf(root, file), rows });
  }
  return tables;
}

/** The page as the tables say it. */
export function renderErrorPage(tables: readonly TableFile[]): ReferencePage {
  const entries = Map.groupBy(tables, ({ entry }) => entry);
  const sections = [...entries]
    .sort(([a], [b]) => Number(a === NOT_PUBLISHED) - Number(b === NOT_PUBLISHED) || (a < b ? -1 : 1))
    .flatMap(([entry, files]) => {
      const rows = files.flatMap((table) => Object.entries(table.rows)).sort(([a], [b]) => (a < b ? -1 : 1));
      const cells = rows.map(([code, { message, mend, status }]) => [
        `\`${code}\``,
        message,
        mend,
        status?.toString() ?? '',
      ]);
      return [`## ${entry}`, '', ...tableLines(['code', 'meaning', 'mend', 'status'], cells), ''];
    });
  const text = [
    '# Errors',
    '',
    'Every error that Millrace makes is a `MillraceError`: branch on its `code`, never on its text. `{…}` stands for a',
    'value that the error also carries in `context`; `mend` says what to do; `cause` holds what lay behind it. `status` is',
    'the HTTP status that an adapter answers with, where the error can reach a client.',
    '',
    'Written by `node scripts/error-table.ts --write` from the tables in the source.',
    '',
    ...sections,
  ].join('\n');
  return { file: FILE, text };
}

/** Everything on which tables, source, tests and page disagree: one line a problem. */
export async function findProblems(root: string): Promise<string[]> {
  const tables = await loadTables(root);
  const page = renderErrorPage(tables);
  const onDisk = listFiles(root).includes(FILE) ? readText(FILE, root) : '';
  return [...checkRows(tables), ...checkUses(root, tables), ...checkTests(root, tables), ...comparePage(page, onDisk)];
}

function checkRows(tables: readonly TableFile[]): string[] {
  const problems: string[] = [];
  const first = new Map<string, string>();
  for (const { file, rows } of tables) {
    if (Object.keys(rows).length === 0) problems.push(`${file}: declares errors but exports no table`);
    for (const [code, { message, mend }] of Object.entries(rows)) {
      const earlier = first.get(code);
      if (earlier !== undefined) problems.push(`${file}: ${code} stands already in ${earlier}`);
      first.set(code, file);
      if (!CODE.test(code)) problems.push(`${file}: ${code} is no code; write MILLRACE_<AREA>_<CAUSE>`);
      if (!isLine(message) || !isLine(mend))
        problems.push(`${file}: ${code} needs a message and a mend of one line each`);
    }
  }
  return problems;
}

function isLine(text: string): boolean {
  return text.trim() !== '' && !text.includes('\n');
}

function checkUses(root: string, tables: readonly TableFile[]): string[] {
  const known = new Map(tables.flatMap(({ file, rows }) => Object.keys(rows).map((code) => [code, file] as const)));
  const declaring = new Set(tables.map(({ file }) => file));
  const used = new Set<string>();
  const problems: string[] = [];
  for (const file of listSources(root)) {
    const text = readText(file, root).replaceAll(COMMENT_LINE, '');
    const calls = [...text.matchAll(CREATED), ...text.matchAll(COMPARED)].map(([, code = '']) => code);
    for (const code of calls) if (!known.has(code)) problems.push(`${file}: ${code} stands in no table`);
    const quoted = declaring.has(file) ? calls : [...text.matchAll(QUOTED)].map(([, code = '']) => code);
    for (const code of quoted) used.add(code);
  }
  const idle = [...known].filter(([code]) => !used.has(code));
  return [...problems, ...idle.map(([code, file]) => `${file}: nothing in src makes ${code}`)];
}

/** Tests name the code of whatever is published; a service or script that ends says its errors in words. */
function checkTests(root: string, tables: readonly TableFile[]): string[] {
  const texts = listFiles(root)
    .filter(isTest)
    .map((file) => readText(file, root));
  const named = new Set(texts.flatMap((text) => [...text.matchAll(/MILLRACE_[A-Z0-9_]+/g)].map(([code]) => code)));
  const published = tables.filter(({ entry }) => entry !== NOT_PUBLISHED);
  return published.flatMap(({ file, rows }) =>
    Object.keys(rows)
      .filter((code) => !named.has(code))
      .map((code) => `${file}: no test names ${code}`),
  );
}
