import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ProofResult } from '@millrace/load/prove';
import { renderMarkdownTable } from '@millrace/load/report';
import { type GoalResult, goalsTable } from './goals-table.ts';
import { ROOT, readText } from './verify/tree.ts';

/**
 * `node scripts/readme-tables.ts --check`: the figures in README.md are those of the committed result files.
 * `--write`: puts them there anew.
 */
const README = 'README.md';
const PROOF = 'apps/reference/results/proof.json';
const GOALS = ['apps/bench/results/reference.json', 'apps/bench/results/load.json'];

/** A fault that a person mends: said in one line, without a stack. */
class ReadmeFault extends Error {}

/** What stands between `<!-- name:begin -->` and `<!-- name:end -->`. */
function replaceSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new ReadmeFault(`${README} lacks the markers ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content.trim()}\n${text.slice(to)}`;
}

function readJson<T>(file: string): T {
  if (!existsSync(path.join(ROOT, file)))
    throw new ReadmeFault(`${file} is missing; CONTRIBUTING.md says how it is made`);
  return JSON.parse(readText(file)) as T;
}

function withTables(text: string): string {
  const proof = renderMarkdownTable(readJson<ProofResult>(PROOF));
  const goals = goalsTable(GOALS.flatMap((file) => readJson<GoalResult[]>(file)));
  return replaceSection(replaceSection(text, 'proof', proof), 'goals', goals);
}

/** What is wrong, or undefined. */
function update(write: boolean): string | undefined {
  const onDisk = readText(README);
  const wanted = withTables(onDisk);
  if (write) writeFileSync(path.join(ROOT, README), wanted);
  return write || wanted === onDisk ? undefined : `${README} does not show the committed results; run \`npm run docs\``;
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });
let fault: string | undefined;
try {
  fault = update(values.write === true);
} catch (error) {
  if (!(error instanceof ReadmeFault)) throw error;
  fault = error.message;
}
console.log(`readme-tables: ${fault ?? `${README} shows the committed results`}`);
if (fault !== undefined) process.exitCode = 1;
