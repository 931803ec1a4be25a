import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfigSections, renderConfigPage } from './config-page.ts';
import { comparePage } from './reference-page.ts';
import { ROOT, readText } from './verify/tree.ts';

/**
 * `node scripts/config-docs.ts --check`: the configuration tables and their reference page agree, in both directions.
 * `--write`: makes the page anew.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });
const page = renderConfigPage(await loadConfigSections());
const place = path.join(ROOT, page.file);

if (values.write) {
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, page.text);
}
if (values.check || !values.write) {
  const problems = comparePage(page, existsSync(place) ? readText(page.file) : '');
  for (const problem of problems) console.log(`config-docs: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('config-docs: the tables and the page agree');
}
