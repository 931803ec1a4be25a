import { Visitor } from 'oxc-parser';
import type { Source } from './syntax.ts';

/** One place where a file names another module. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/**
 * Every module that a file names in a literal: static and type imports, re-exports, `import()` as value and as
 * type, and `import.meta.resolve()`, by which workers are found.
 */
export function importsOf(source: Source): Import[] {
  const imports: Import[] = [];
  const add = (specifier: unknown, start: number): void => {
    if (typeof specifier === 'string') imports.push({ specifier, line: source.lineAt(start) });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.source.start),
    ExportAllDeclaration: (node) => add(node.source.value, node.source.start),
    ExportNamedDeclaration: (node) => add(node.source?.value, node.source?.start ?? 0),
    TSImportType: (node) => add(node.source.value, node.source.start),
    ImportExpression(node) {
      if (node.source.type === 'Literal') add(node.source.value, node.source.start);
    },
    CallExpression(node) {
      const [first] = node.arguments;
      const callee = source.text.slice(node.callee.start, node.callee.end);
      if (callee === 'import.meta.resolve' && first?.type === 'Literal') add(first.value, first.start);
    },
  }).visit(source.parsed.program);
  return imports;
}
