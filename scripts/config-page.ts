import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { authSecretsConfig } from 'millrace/auth';
import { allowedText, type ConfigRow, type ConfigRows, type ConfigTable, serviceConfig } from 'millrace/core';
import { type ReferencePage, tableLines } from './reference-page.ts';
import { ROOT } from './verify/tree.ts';

const FILE = 'docs/reference/configuration.md';

const HEAD = ['variable', 'option', 'meaning', 'unit', 'allowed', 'default'];

const REFERENCE = 'apps/reference/src/settings.ts';

/** The rows of every service, the secrets that one reads which it needs, and what the reference service reads beside them. */
export interface ConfigSections {
  readonly service: ConfigRows;
  readonly secrets: ConfigRows;
  readonly reference: ConfigRows;
}

/** The tables of the source. The reference service is read where it stands: no script depends on it. */
export async function loadConfigSections(): Promise<ConfigSections> {
  const module: unknown = await import(pathToFileURL(path.join(ROOT, REFERENCE)).href);
  const { REFERENCE_CONFIG } = module as { readonly REFERENCE_CONFIG: ConfigTable<ConfigRows> };
  return { service: serviceConfig.rows, secrets: authSecretsConfig.rows, reference: REFERENCE_CONFIG.rows };
}

/** The page that lists every environment variable, as the tables say it. */
export function renderConfigPage({ service, secrets, reference }: ConfigSections): ReferencePage {
  const text = [
    '# Configuration',
    '',
    'A service reads its environment once, when it starts. It checks everything before it refuses anything: one start tells',
    'all that is wrong, one line a variable, and ends with exit code 2. A variable that is empty counts as not set. Where a',
    'variable has a second name, either will do; both with different values are refused, and so is what else contradicts',
    'itself. `readServiceConfig` gives the options, times in milliseconds.',
    '',
    'Written by `node scripts/config-docs.ts --write` from the tables in the source.',
    '',
    '## Every service',
    '',
    ...tableLines(HEAD, Object.entries(service).map(cellsOf)),
    '',
    '## Secrets of signing in',
    '',
    '`readAuthSecrets` of `millrace/auth` reads those that a service names; the reference service needs `ENCRYPTION_KEY` and',
    '`TOKEN_PEPPER`.',
    '',
    ...tableLines(HEAD, Object.entries(secrets).map(cellsOf)),
    '',
    '## The reference service',
    '',
    '`apps/reference` reads these as well; its README says what the switches do.',
    '',
    ...tableLines(HEAD, Object.entries(reference).map(cellsOf)),
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
