import path from 'node:path';
import { type Node, Visitor } from 'oxc-parser';
import { type Fault, report } from './fault.ts';
import { parseFile } from './syntax.ts';
import { isTest, listFiles, readText } from './tree.ts';

/** One place that states a rule or names one. */
interface Mention {
  readonly id: string;
  readonly where: string;
}

const RULE = /^- \*\*(?<id>[^*]+)\*\* (?<text>.*)/;
const ID = /^[A-Z][A-Z0-9]*-[1-9]\d*$/;
const NAMED = /^\[(?<ids>[A-Z][A-Z0-9-]*(?:, [A-Z][A-Z0-9-]*)*)\](?<rest>.?)/;

/** Rules are the lines `- **CORE-1** What holds.` of every SPEC.md. */
function findRules(): { rules: Mention[]; faults: Fault[] } {
  const rules: Mention[] = [];
  const faults: Fault[] = [];
  for (const file of listFiles().filter((it) => path.posix.basename(it) === 'SPEC.md')) {
    for (const [index, line] of readText(file).split('\n').entries()) {
      const where = `${file}:${index + 1}`;
      const rule = RULE.exec(line)?.groups;
      if (rule && ID.test(rule.id ?? '')) rules.push({ id: rule.id as string, where });
      else if (rule) faults.push({ where, what: `${rule.id} is no rule id; write AREA-1` });
    }
  }
  return { rules, faults };
}

function isSkipped(text: string, callee: Node): boolean {
  return /\.(?:skip|todo)$/.test(text.slice(callee.start, callee.end));
}

/**
 * Strings of a test file that begin with `[CORE-1]`, or `[CORE-1, CORE-2]`. Any string counts, not only the first
 * argument of `test`, so that a table of cases can hold the names; those of skipped tests count for nothing.
 */
function findNames(file: string): Mention[] {
  const source = parseFile(file);
  const names: Mention[] = [];
  const skipped = new Set<Node>();
  const add = (node: Node, value: unknown): void => {
    const named = typeof value === 'string' ? NAMED.exec(value)?.groups : undefined;
    if (!named || skipped.has(node) || named.rest !== ' ') return;
    for (const id of named.ids?.split(', ') ?? []) names.push({ id, where: `${file}:${source.lineAt(node.start)}` });
  };
  new Visitor({
    CallExpression(node) {
      if (isSkipped(source.text, node.callee)) for (const argument of node.arguments) skipped.add(argument);
    },
    Literal: (node) => add(node, node.value),
    TemplateLiteral: (node) => add(node, node.quasis[0]?.value.cooked),
  }).visit(source.parsed.program);
  return names;
}

function findRepeated(rules: readonly Mention[]): Fault[] {
  const first = new Map<string, string>();
  const faults: Fault[] = [];
  for (const { id, where } of rules) {
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, where);
    else faults.push({ where, what: `rule ${id} stands already at ${earlier}` });
  }
  return faults;
}

const { rules, faults } = findRules();
const names = listFiles()
  .filter((file) => isTest(file))
  .flatMap(findNames);
const stated = new Set(rules.map(({ id }) => id));
const tested = new Set(names.map(({ id }) => id));
report(
  'spec',
  [
    ...faults,
    ...findRepeated(rules),
    ...rules
      .filter(({ id }) => !tested.has(id))
      .map(({ id, where }) => ({ where, what: `rule ${id} has no test named "[${id}] …"` })),
    ...names
      .filter(({ id }) => !stated.has(id))
      .map(({ id, where }) => ({ where, what: `a test names ${id}, which no SPEC.md states` })),
  ],
  `${stated.size} rules, ${names.length} tests named by them`,
);
