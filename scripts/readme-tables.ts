import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ProofResult } from '@millrace/load/prove';
import { CATALOGUES, type Language, renderMarkdownTable } from '@millrace/load/report';
import { type GoalResult, goalsTable } from './goals-table.ts';
import { ROOT, readText } from './verify/tree.ts';

/**
 * `node scripts/readme-tables.ts --check`: the figures in each README are those of the committed result files.
 * `--write`: puts them there anew.
 */
const READMES: Readonly<Record<Language, string>> = { en: 'README.md', 'zh-CN': 'README.zh-CN.md' };
const PROOF = 'apps/reference/results/proof.json';
const GOALS = ['reference', 'load', 'cache', 'auth', 'ratelimit'].map((area) => `apps/bench/results/${area}.json`);
/** Of the drills what has a target; how long each fault is felt stands in the file. */
const DRILLS = 'apps/bench/results/faults.json';

/** Line by which the measured table has to end: a reader who does not scroll far has seen it. */
const TABLE_END = 40;

/** A fault that a person mends: said in one line, without a stack. */
class ReadmeFault extends Error {}

/** Puts the content between `<!-- name:begin -->` and `<!-- name:end -->`. */
function replaceSection(file: string, text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new ReadmeFault(`${file} lacks the markers ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content.trim()}\n${text.slice(to)}`;
}

function readJson<T>(file: string): T {
  if (!existsSync(path.join(ROOT, file)))
    throw new ReadmeFault(`${file} is missing; CONTRIBUTING.md says how it is made`);
  return JSON.parse(readText(file)) as T;
}

function withTables(file: string, text: string, language: Language): string {
  const result = readJson<ProofResult>(PROOF);
  if (result.outcome !== 'complete')
    throw new ReadmeFault(`${PROOF} is no whole proof: its outcome is ${result.outcome}`);
  const proof = renderMarkdownTable(result, { texts: CATALOGUES[language] });
  const measured = GOALS.flatMap((path) => readJson<GoalResult[]>(path));
  const held = readJson<GoalResult[]>(DRILLS).filter(({ target }) => target !== null);
  const goals = goalsTable([...measured, ...held], language);
  return replaceSection(file, replaceSection(file, text, 'proof', proof), 'goals', goals);
}

function assertTableIsNear(file: string, text: string): void {
  const lines = text.slice(0, text.indexOf('<!-- proof:end -->')).split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('|')) + 1;
  if (last > TABLE_END)
    throw new ReadmeFault(`${file} shows the measured table down to line ${last}, past ${TABLE_END}`);
}

/** Writes what is wanted, or says which files are not so. */
function update(write: boolean): string | undefined {
  const stale: string[] = [];
  for (const [language, file] of Object.entries(READMES)) {
    const onDisk = readText(file);
    const wanted = withTables(file, onDisk, language as Language);
    assertTableIsNear(file, wanted);
    if (write) writeFileSync(path.join(ROOT, file), wanted);
    else if (wanted !== onDisk) stale.push(`${file} does not show the committed results; run \`npm run docs\``);
  }
  return stale.length === 0 ? undefined : stale.join('\n');
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });
let fault: string | undefined;
try {
  fault = update(values.write === true);
} catch (error) {
  if (!(error instanceof ReadmeFault)) throw error;
  fault = error.message;
}
console.log(`readme-tables: ${fault ?? `${Object.values(READMES).join(' and ')} show the committed results`}`);
if (fault !== undefined) process.exitCode = 1;
