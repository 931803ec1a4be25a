import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CONFIG_PAGE, findProblems, renderPage } from './config-page.ts';
import { ROOT, readText } from './verify/tree.ts';

/**
 * `node scripts/config-docs.ts --check`: the configuration table and its reference page agree, in both directions.
 * `--write`: makes the page anew.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });
const page = path.join(ROOT, CONFIG_PAGE);

if (values.write) {
  mkdirSync(path.dirname(page), { recursive: true });
  writeFileSync(page, renderPage());
}
if (values.check || !values.write) {
  const problems = findProblems(existsSync(page) ? readText(CONFIG_PAGE) : '');
  for (const problem of problems) console.log(`config-docs: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('config-docs: the table and the page agree');
}
