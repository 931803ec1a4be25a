import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isFile, LAYER_GROUPS, type LayerGroup, WORKSPACES } from '../../layers.ts';
import type { Fault } from './fault.ts';
import { listFiles, ROOT, readJson, readText } from './tree.ts';
import { listWorkspaces } from './workspaces.ts';

/**
 * What is generated from `layers.ts`: `biome.layers.json`, which `biome.json` extends, so that an editor shows a forbidden
 * import while it is typed, and the table in ARCHITECTURE.md. The check itself reads neither.
 */

const RULES = 'biome.layers.json';
const PAGE = 'ARCHITECTURE.md';
const BEGIN = '<!-- layers:begin -->';
const END = '<!-- layers:end -->';
const MEND = 'differs from layers.ts; run npm run layers:write';

interface RestrictedPattern {
  readonly group: readonly string[];
  readonly message: string;
}

interface Override {
  readonly includes: readonly string[];
  readonly linter: object;
}

/** A sibling folder as files up to two folders deep write it. */
const UP = '{..,../..,../../..}';

/** What a folder must not name: folders that the table denies it, and the inner files of those it allows. */
function restrictedPatterns(group: LayerGroup, layer: string): RestrictedPattern[] {
  const others = Object.keys(group.layers).filter((it) => it !== layer && !isFile(it));
  const allowed = others.filter((it) => group.layers[layer]?.includes(it));
  const denied = others.filter((it) => !allowed.includes(it));
  const patterns = [
    { names: denied, open: [], message: `${layer} may not import this folder (layers.ts).` },
    { names: allowed, open: ['!**/index.ts'], message: 'Enter another folder by its index.ts (layers.ts).' },
  ];
  return patterns
    .filter(({ names }) => names.length > 0)
    .map(({ names, open, message }) => ({ group: [`${UP}/{${names.join(',')}}/**`, ...open], message }));
}

/** Overrides that overlap replace each other, so each folder gets exactly one. */
function overrideFor(group: LayerGroup, layer: string): Override {
  const options = { patterns: restrictedPatterns(group, layer) };
  return {
    includes: [`${group.root}/${layer}/**/*.ts`, '!**/*.test.ts'],
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options } } } },
  };
}

function generateRules(): { $schema: string; overrides: Override[] } {
  const overrides = LAYER_GROUPS.flatMap((group) =>
    Object.keys(group.layers)
      .filter((layer) => !isFile(layer))
      .map((layer) => overrideFor(group, layer)),
  );
  return { $schema: './node_modules/@biomejs/biome/configuration_schema.json', overrides };
}

function quote(name: string): string {
  return `\`${name}\``;
}

/** A row of the table may come before its folder. */
type IsThere = (name: string) => boolean;

function toRows(layers: Readonly<Record<string, readonly string[]>>, isThere: IsThere): string[] {
  return Object.entries(layers).map(
    ([name, imports]) =>
      `| \`${name}\`${isThere(name) ? '' : ' (planned)'} | ${imports.map(quote).join(', ') || 'nothing'} |`,
  );
}

function hasFolder({ root }: LayerGroup, files: readonly string[]): IsThere {
  return (layer) => isFile(layer) || files.some((file) => file.startsWith(`${root}/${layer}/`));
}

function generateTable(): string {
  const files = listFiles();
  const names = new Set(listWorkspaces().map(({ name }) => name));
  const parts = LAYER_GROUPS.map((group) => {
    const tests = group.forTests.length > 0 ? [`| every test | also ${group.forTests.map(quote).join(', ')} |`] : [];
    return [
      `| \`${group.root}\` | may import |`,
      '|---|---|',
      ...toRows(group.layers, hasFolder(group, files)),
      ...tests,
    ].join('\n');
  });
  const workspaces = [
    '| workspace | may import the public entries of |',
    '|---|---|',
    ...toRows(WORKSPACES, (name) => names.has(name)),
  ].join('\n');
  return [...parts, workspaces].join('\n\n');
}

/** The page with a fresh table between its markers, or undefined without markers. */
function renderPage(page: string): string | undefined {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) return undefined;
  return `${page.slice(0, begin + BEGIN.length)}\n${generateTable()}\n${page.slice(end)}`;
}

/** Writes both; the prose of the page stays as it is. */
export function writeTables(): void {
  writeFileSync(path.join(ROOT, RULES), `${JSON.stringify(generateRules(), null, 2)}\n`);
  const page = renderPage(readText(PAGE));
  if (page === undefined) throw new Error(`${PAGE} lacks the lines ${BEGIN} and ${END}`);
  writeFileSync(path.join(ROOT, PAGE), page);
  spawnSync('biome', ['format', '--write', RULES], { cwd: ROOT, stdio: 'inherit' });
}

/** Compares both with the table. */
export function findStaleTables(): Fault[] {
  const faults: Fault[] = [];
  if (!isDeepStrictEqual(readJson(RULES), generateRules())) faults.push({ where: RULES, what: MEND });
  const page = readText(PAGE);
  if (renderPage(page) !== page) faults.push({ where: PAGE, what: `the table between ${BEGIN} and ${END} ${MEND}` });
  return faults;
}
