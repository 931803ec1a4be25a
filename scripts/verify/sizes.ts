import { type Node, Visitor } from 'oxc-parser';
import { type Fault, report } from './fault.ts';
import { parseFile, type Source } from './syntax.ts';
import { isCode, isTest, listFiles } from './tree.ts';

/** Lines of one file or one function. */
interface Measure {
  readonly where: string;
  readonly name: string;
  readonly lines: number;
  readonly test: boolean;
}

interface Bound {
  readonly what: string;
  readonly p95: number;
  readonly max: number;
}

const FILES: Bound = { what: 'file', p95: 300, max: 400 };
const FUNCTIONS: Bound = { what: 'function', p95: 40, max: 60 };

/** Callbacks of these only group tests; what they hold is counted test by test. */
const GROUPS = new Set(['describe', 'suite']);

/** Lines of each function that spans more than one line; one-liners would only dilute the percentile. */
function measureFunctions(source: Source): Measure[] {
  const measures: Measure[] = [];
  const groups = new Set<Node>();
  const names = new Map<Node, string>();
  const measure = (node: Node): void => {
    const first = source.lineAt(node.start);
    const lines = source.lineAt(node.end - 1) - first + 1;
    if (lines === 1 || groups.has(node)) return;
    const name = names.get(node) ?? 'anonymous function';
    measures.push({ where: `${source.file}:${first}`, name, lines, test: isTest(source.file) });
  };
  new Visitor({
    CallExpression(node) {
      if (node.callee.type === 'Identifier' && GROUPS.has(node.callee.name))
        for (const it of node.arguments) groups.add(it);
    },
    VariableDeclarator(node) {
      if (node.init && node.id.type === 'Identifier') names.set(node.init, node.id.name);
    },
    Property(node) {
      names.set(node.value, source.text.slice(node.key.start, node.key.end));
    },
    MethodDefinition(node) {
      names.set(node.value, source.text.slice(node.key.start, node.key.end));
    },
    FunctionDeclaration(node) {
      if (node.id) names.set(node, node.id.name);
      measure(node);
    },
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(source.parsed.program);
  return measures;
}

function measureFile(source: Source): Measure {
  const lines = source.text.split('\n').length - (source.text.endsWith('\n') ? 1 : 0);
  return { where: source.file, name: 'the file', lines, test: isTest(source.file) };
}

/** Nearest-rank 95th percentile: at most one in twenty is larger. */
function percentile95(measures: readonly Measure[]): number {
  const lines = measures.map((measure) => measure.lines).sort((a, b) => a - b);
  return lines[Math.ceil(lines.length * 0.95) - 1] ?? 0;
}

function holdBound(bound: Bound, measures: readonly Measure[]): Fault[] {
  const tooLong = measures.filter((measure) => measure.lines > bound.max);
  const faults = tooLong.map(({ where, name, lines }) => ({
    where,
    what: `${name} has ${lines} lines, more than ${bound.max}; one idea each`,
  }));
  const source = measures.filter((measure) => !measure.test);
  const p95 = percentile95(source);
  if (p95 <= bound.p95) return faults;
  for (const { where, name, lines } of source.filter((measure) => measure.lines > bound.p95)) {
    faults.push({
      where,
      what: `${name} has ${lines} lines; the 95th percentile of a ${bound.what} is ${p95}, above ${bound.p95}`,
    });
  }
  return faults;
}

const sources = listFiles().filter(isCode).map(parseFile);
const files = sources.map(measureFile);
const functions = sources.flatMap(measureFunctions);
report(
  'sizes',
  [...holdBound(FILES, files), ...holdBound(FUNCTIONS, functions)],
  `${files.length} files (p95 ${percentile95(files.filter((it) => !it.test))} lines), ` +
    `${functions.length} functions (p95 ${percentile95(functions.filter((it) => !it.test))} lines)`,
);
