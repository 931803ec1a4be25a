import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkOptionNames } from 'millrace/core';
import { FEEDER_ERRORS } from './errors.ts';
import {
  type CsvFeedOptions,
  type Feeder,
  FILE_OPTIONS,
  type FileFeedOptions,
  maxBytesOf,
  strategyOf,
} from './feeder.ts';

const LINE_ENDS = ['\r\n', '\n', '\r'];

/** A row of a CSV file, by the names of its first line. */
export type CsvRow = Readonly<Record<string, string>>;

/**
 * Feeds the rows of a CSV file (RFC 4180; UTF-8, with or without byte order mark). Its first line has the names.
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const accounts = feedCsv<{ name: string; password: string }>(new URL('accounts.csv', import.meta.url), {
 *   strategy: 'unique',
 * });
 */
export function feedCsv<Row extends CsvRow = CsvRow>(file: URL | string, options: CsvFeedOptions = {}): Feeder<Row> {
  checkOptionNames('feedCsv', options, { ...FILE_OPTIONS, delimiter: true });
  const { delimiter = ',' } = options;
  const source = pathOf(file);
  const maxBytes = maxBytesOf(options);
  const load = async (): Promise<readonly Row[]> => {
    const text = await readText(source, maxBytes);
    const { parse } = await import('csv-parse/sync');
    return read(source, () =>
      parse<Row>(text, { columns: true, bom: true, skip_empty_lines: true, record_delimiter: LINE_ENDS, delimiter }),
    );
  };
  return { strategy: strategyOf(options), source, load };
}

/**
 * Feeds the rows of a JSON file: an array, or one row a line when the name ends in `.ndjson` or `.jsonl`.
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const orders = feedJson<{ id: number }>(new URL('orders.json', import.meta.url), { strategy: 'random' });
 */
export function feedJson<Row = unknown>(file: URL | string, options: FileFeedOptions = {}): Feeder<Row> {
  checkOptionNames('feedJson', options, FILE_OPTIONS);
  const source = pathOf(file);
  const maxBytes = maxBytesOf(options);
  const load = async (): Promise<readonly Row[]> => {
    const text = await readText(source, maxBytes);
    return read(source, () => (/\.(?:ndjson|jsonl)$/.test(source) ? readLines<Row>(text) : readArray<Row>(text)));
  };
  return { strategy: strategyOf(options), source, load };
}

function readArray<Row>(text: string): Row[] {
  const rows = parseJson(text);
  if (!Array.isArray(rows)) throw new TypeError('it holds no array');
  return rows as Row[];
}

function readLines<Row>(text: string): Row[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [parseJson(line) as Row];
    } catch (cause) {
      throw new SyntaxError(`line ${index + 1}: ${(cause as Error).message}`);
    }
  });
}

/** What the parser says quotes the file, which may hold passwords: only where it stopped is told. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const place = /at position \d+/.exec((cause as Error).message)?.[0];
    throw new SyntaxError(`no JSON${place === undefined ? '' : ` ${place}`}`);
  }
}

function read<Row>(source: string, parse: () => readonly Row[]): readonly Row[] {
  try {
    return parse();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw FEEDER_ERRORS.create('MILLRACE_FEEDER_FILE_INVALID', { source, reason }, cause);
  }
}

async function readText(source: string, limit: number): Promise<string> {
  try {
    await using file = await open(source);
    const { size: bytes } = await file.stat();
    if (bytes > limit) throw FEEDER_ERRORS.create('MILLRACE_FEEDER_FILE_TOO_LARGE', { source, bytes, limit });
    const text = await readUpTo(file, source, limit);
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'MILLRACE_FEEDER_FILE_TOO_LARGE') throw cause;
    throw FEEDER_ERRORS.create('MILLRACE_FEEDER_FILE_UNREADABLE', { source, reason: String(code) }, cause);
  }
}

/** A pipe, or a file of /proc, has no size to go by. */
async function readUpTo(file: FileHandle, source: string, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > limit) throw FEEDER_ERRORS.create('MILLRACE_FEEDER_FILE_TOO_LARGE', { source, bytes, limit });
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function pathOf(file: URL | string): string {
  return file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
}
