/** A page under docs/reference that is made from a table in the source. */
export interface ReferencePage {
  /** Path below the root of the tree. */
  readonly file: string;
  /** The page as it must be. */
  readonly text: string;
}

/** A row begins with its name as code: `| \`NAME\``. */
const ROW = /^\| `(?<name>[A-Z][A-Z0-9_]*)`/;

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** A Markdown table as lines. */
export function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [tableRow(head), tableRow(head.map(() => '---')), ...rows.map(tableRow)];
}

function rowsOf(text: string): Map<string, string> {
  const rows = new Map<string, string>();
  for (const line of text.split('\n')) {
    const name = ROW.exec(line)?.groups?.name;
    if (name !== undefined) rows.set(name, line);
  }
  return rows;
}

/** Where the page on disk differs from what it must be, in both directions: one line a problem. */
export function comparePage({ file, text }: ReferencePage, onDisk: string): string[] {
  const wanted = rowsOf(text);
  const present = rowsOf(onDisk);
  const lacking = [...wanted.keys()].filter((name) => !present.has(name));
  const unknown = [...present.keys()].filter((name) => !wanted.has(name));
  const other = [...wanted].filter(([name, row]) => present.has(name) && present.get(name) !== row);
  const problems = [
    ...lacking.map((name) => `${file}: lacks ${name}`),
    ...unknown.map((name) => `${file}: ${name} stands in no table`),
    ...other.map(([name]) => `${file}: says something else of ${name} than its table`),
  ];
  return problems.length === 0 && onDisk !== text ? [`${file}: its text is not what --write makes`] : problems;
}
