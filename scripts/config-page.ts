import { allowedText, type ConfigRow, type ConfigRows, serviceConfig } from 'millrace/core';
import { type ReferencePage, tableLines } from './reference-page.ts';

const FILE = 'docs/reference/configuration.md';

const HEAD = ['variable', 'option', 'meaning', 'unit', 'allowed', 'default'];

/** The page that lists every environment variable, as the table says it. */
export function renderConfigPage(rows: ConfigRows = serviceConfig.rows): ReferencePage {
  const text = [
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
  return { file: FILE, text };
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
