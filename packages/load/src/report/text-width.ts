/**
 * Columns of a terminal, by Unicode's East Asian Width (UAX #11): wide and full-width characters take two, marks and
 * format characters that sit on another take none, all others one. Ambiguous ones (`→`, `×`, `≥`, `█`) count as one, as
 * terminals show them unless told otherwise.
 */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\u4dbf\u4e00-\ua4c6\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18d08}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns that a terminal gives a text. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** As much of the beginning of a text as fits in a number of columns; no character is cut in two. */
export function cutToWidth(text: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** What may stand alone on a line: a word, or a Chinese character with the marks that must not begin a line. */
const PIECES = /\s+|[\p{Script=Han}（“][，。；：、）”]*|[^\s\p{Script=Han}（“]+/gu;

/**
 * A text as lines of at most so many columns, broken at blanks and between Chinese characters; a longer word is cut.
 * Lines after the first are set in as far as the first, at most by half the columns. At least one line.
 */
export function wrapText(text: string, columns: number): string[] {
  if (textWidth(text) <= columns) return [text];
  const indent = (/^ */.exec(text)?.[0] ?? '').slice(0, Math.floor(columns / 2));
  const room = Math.max(2, columns - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const piece of text.trim().match(PIECES) ?? []) {
    if (textWidth(line + piece.trimEnd()) <= room) {
      line += piece;
      continue;
    }
    if (line !== '') lines.push(line);
    line = piece.trimStart();
    for (let head = cutToWidth(line, room); head !== line && head !== ''; head = cutToWidth(line, room)) {
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line].map((one) => `${indent}${one}`.trimEnd());
}

function characterWidth(character: string): number {
  if (WITHOUT_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
