import path from 'node:path';
import type { Node } from 'oxc-parser';
import { parseFile, type Source } from './syntax.ts';

/** What a door lets out: one name, and the declaration behind it. */
export interface Exported {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Text of the doc comment above the declaration, its marks included; '' without one. */
  readonly comment: string;
}

interface Declaration {
  readonly name: string;
  /** Where the statement begins, `export` included. */
  readonly start: number;
}

/** What a statement declares by name. */
function declaredBy(statement: Node): Declaration[] {
  if (statement.type !== 'ExportNamedDeclaration' || !statement.declaration) return [];
  const { declaration, start } = statement;
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [{ name: id.name, start }] : []));
  const id = 'id' in declaration ? declaration.id : null;
  return id?.type === 'Identifier' ? [{ name: id.name, start }] : [];
}

/** The doc comment that ends where a statement begins, with nothing between them but blanks. */
function commentAbove({ text, parsed }: Source, start: number): string {
  const found = parsed.comments.findLast(({ end, type, value }) => {
    return end <= start && type === 'Block' && value.startsWith('*') && text.slice(end, start).trim() === '';
  });
  return found === undefined ? '' : text.slice(found.start, found.end);
}

/**
 * Everything that a door exports, followed to its declarations. Of an overload, the first. What cannot be followed has
 * no comment: an export is declared with `export` before it.
 */
export function exportsOf(door: string): Exported[] {
  const source = parseFile(door);
  const found = new Map<string, Exported>();
  const add = (one: Exported): void => {
    if (!found.has(one.name)) found.set(one.name, one);
  };
  for (const statement of source.parsed.program.body) {
    for (const { name, start } of declaredBy(statement))
      add({ name, file: door, line: source.lineAt(start), comment: commentAbove(source, start) });
    if (statement.type === 'ExportAllDeclaration') behind(door, statement.source.value).forEach(add);
    if (statement.type !== 'ExportNamedDeclaration' || isPackage(statement.source?.value)) continue;
    const inner = statement.source ? behind(door, statement.source.value) : [];
    for (const { local, exported, start } of statement.specifiers) {
      const unknown = { file: door, line: source.lineAt(start), comment: '' };
      const known = inner.find(({ name }) => name === nameOf(local));
      add({ ...(known ?? unknown), name: nameOf(exported) });
    }
  }
  return [...found.values()];
}

/** What comes from another package is documented there. */
function isPackage(specifier: string | undefined): boolean {
  return specifier !== undefined && !specifier.startsWith('.');
}

/** What another file of the package exports. */
function behind(door: string, specifier: string): Exported[] {
  return isPackage(specifier) ? [] : exportsOf(path.posix.join(path.posix.dirname(door), specifier));
}

function nameOf(name: { readonly name: string } | { readonly value: string }): string {
  return 'name' in name ? name.name : name.value;
}
