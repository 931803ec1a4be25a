import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findProblems, loadTables, renderErrorPage } from './error-tables.ts';
import { ROOT } from './verify/tree.ts';

/**
 * `node scripts/error-table.ts --check`: error tables, the source that uses them, the tests that name them and the
 * reference page agree, in both directions. `--write`: makes the page anew.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });

if (values.write) {
  const { file, text } = renderErrorPage(await loadTables(ROOT));
  mkdirSync(path.dirname(path.join(ROOT, file)), { recursive: true });
  writeFileSync(path.join(ROOT, file), text);
}
if (values.check || !values.write) {
  const problems = await findProblems(ROOT);
  for (const problem of problems) console.log(`error-table: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('error-table: tables, source, tests and page agree');
}
