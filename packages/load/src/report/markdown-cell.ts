/** Nothing of a result may open a new cell or a tag. */
export function escapeCell(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

const MARKS = /[\\`*_[\]#!~>@]/g;

/** As {@link escapeCell}, and nothing of it is read as a mark, a link or a mention: for names that a service or a user gave. */
export function plainCell(text: string): string {
  const kept = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');
  const plain = kept.replaceAll(MARKS, (mark) => `&#${mark.charCodeAt(0)};`).replaceAll('|', '&#124;');
  // Addresses become links without any mark.
  return plain.replaceAll('://', '&#58;//').replaceAll(/(?<=\bwww)\./gi, '&#46;');
}

/** A table: the first column to the left, the others to the right unless told otherwise. The cells are Markdown already. */
export function markdownTable(
  header: readonly string[],
  lines: readonly (readonly string[])[],
  align: 'left' | 'right' = 'right',
): string {
  const rule = header.map((_, i) => (i === 0 || align === 'left' ? '---' : '--:'));
  return [header, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
