import { allowedText, type ConfigRow, type ConfigRows, serviceConfig } from 'millrace/core';
import { tableLines } from './markdown-table.ts';

/** The page that lists every environment variable. */
export const CONFIG_PAGE = 'docs/reference/configuration.md';

const HEAD = ['variable', 'option', 'meaning', 'unit', 'allowed', 'default'];

/** The page as the table says it. */
export function renderPage(rows: ConfigRows = serviceConfig.rows): string {
  return [
    '# Configuration',
    '',
    'A service reads its environment once, when it starts. It checks everything before it refuses anything: one start tells',
    'all that is wrong, one line a variable, and ends with exit code 2. A variable that is empty counts as not set. Where a',
    'variable has a second name, either will do; both with different values are refused, and so is what else contradicts',
    'itself. `readServiceConfig` gives the options, times in milliseconds.',
    '',
    'Written by `node scripts/config-docs.ts --write` from the table in the source.',
    '',
    ...tableLines(HEAD, Object.entries(rows).map(cellsOf)),
    '',
  ].join('\n');
}

function cellsOf([option, row]: [string, ConfigRow]): string[] {
  const [name, ...others] = row.env.map((variable) => `\`${variable}\``);
  const variable = others.length === 0 ? `${name}` : `${name}, or ${others.join(', ')}`;
  return [variable, `\`${option}\``, row.meaning, unitOf(row), allowedText(row), defaultOf(row)];
}

function unitOf(row: ConfigRow): string {
  return row.unit ?? (row.kind === 'seconds' || row.kind === 'minutes' ? row.kind : '');
}

function defaultOf(row: ConfigRow): string {
  if ('generatedInDevelopment' in row) return 'development: random, with a warning; production: refused';
  return row.default === undefined ? 'not set' : `\`${row.default}\``;
}

const PAGE_ROW = /^\| `(?<variable>[A-Z][A-Z0-9_]*)`/;

function pageRows(page: string): Map<string, string> {
  const rows = new Map<string, string>();
  for (const line of page.split('\n')) {
    const variable = PAGE_ROW.exec(line)?.groups?.variable;
    if (variable !== undefined) rows.set(variable, line);
  }
  return rows;
}

/** Everything on which the table and the page disagree: one line a problem. */
export function findProblems(page: string, rows: ConfigRows = serviceConfig.rows): string[] {
  const wanted = pageRows(renderPage(rows));
  const present = pageRows(page);
  const problems: string[] = [];
  for (const [variable, row] of wanted) {
    if (!present.has(variable)) problems.push(`${CONFIG_PAGE}: lacks ${variable}`);
    else if (present.get(variable) !== row)
      problems.push(`${CONFIG_PAGE}: says something else of ${variable} than the table`);
  }
  for (const variable of present.keys()) {
    if (!wanted.has(variable)) problems.push(`${CONFIG_PAGE}: ${variable} stands in no table`);
  }
  if (problems.length === 0 && page !== renderPage(rows))
    problems.push(`${CONFIG_PAGE}: its text is not what --write makes`);
  return problems;
}
