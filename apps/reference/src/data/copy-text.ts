import { Readable } from 'node:stream';

/** What a column can hold on its way into COPY; JSON goes in as its text. */
export type CopyValue = string | number | boolean | Date | null;

const CHUNK_CHARS = 65_536;
const SPECIAL = /[\\\t\n\r\b\f\v]/;
const SPECIALS = /[\\\t\n\r\b\f\v]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

/** One row in COPY's text format (PostgreSQL manual, "COPY", File Formats), with its line end. */
export function toCopyLine(values: readonly CopyValue[]): string {
  let line = '';
  for (let i = 0; i < values.length; i++) line += (i === 0 ? '' : '\t') + toField(values[i] as CopyValue);
  return `${line}\n`;
}

/** The rows as chunks of COPY text, made as fast as the reader takes them. */
export function toCopyStream(rows: Iterable<readonly CopyValue[]>): Readable {
  return Readable.from(chunks(rows), { objectMode: true, highWaterMark: 2 });
}

function* chunks(rows: Iterable<readonly CopyValue[]>): Generator<Buffer> {
  let text = '';
  for (const row of rows) {
    text += toCopyLine(row);
    if (text.length >= CHUNK_CHARS) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}

function toField(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string')
    return SPECIAL.test(value) ? value.replace(SPECIALS, (char) => ESCAPES[char] as string) : value;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return typeof value === 'number' ? String(value) : value.toISOString();
}
