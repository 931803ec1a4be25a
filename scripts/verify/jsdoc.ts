import { parseSync } from 'oxc-parser';
import { type Exported, exportsOf } from './exports.ts';
import { type Fault, report } from './fault.ts';
import { listWorkspaces, publicEntries } from './workspaces.ts';

/** By these a user begins: whoever reads one should see it at work. */
const FACTORY = /^(?:(?:create|define|run|render)[A-Z]\w*|prove)$/;

/** The comment without its marks, line by line. */
function linesOf(comment: string): string[] {
  return comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''));
}

/** What stands before the first tag. */
function contractOf(comment: string): string {
  const lines = linesOf(comment);
  const tag = lines.findIndex((line) => line.trimStart().startsWith('@'));
  return lines
    .slice(0, tag < 0 ? undefined : tag)
    .join(' ')
    .trim();
}

/** The code after each `@example`, up to the next tag; within a fence where there is one. */
function examplesOf(comment: string): string[] {
  const parts = linesOf(comment)
    .join('\n')
    .split(/^@example\b.*$/m)
    .slice(1);
  return parts.map((part) => {
    const code = part.split(/^@\w/m)[0] ?? '';
    return (/```\w*\n([\s\S]*?)```/.exec(code)?.[1] ?? code).trim();
  });
}

function judge(entry: string, { name, file, line, comment }: Exported): Fault[] {
  const where = `${file}:${line}`;
  if (contractOf(comment) === '')
    return [{ where, what: `${name} of ${entry} has no doc comment that says what it is` }];
  if (!FACTORY.test(name)) return [];
  const examples = examplesOf(comment).filter((code) => code !== '');
  if (examples.length === 0) return [{ where, what: `${name} of ${entry} shows no @example` }];
  return examples
    .filter((code) => parseSync('example.ts', code).errors.length > 0)
    .map(() => ({ where, what: `the @example of ${name} is no TypeScript` }));
}

const faults = new Map<string, Fault>();
let count = 0;
for (const { name, source } of publicEntries(listWorkspaces())) {
  for (const exported of exportsOf(source)) {
    count += 1;
    // An export of two entries is told once.
    for (const fault of judge(name, exported)) faults.set(fault.where, fault);
  }
}
report('jsdoc', [...faults.values()], `${count} exports say what they are, factories with an example`);
