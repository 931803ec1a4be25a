import type { ExportFormat, UsageRecord } from './ports/index.ts';

/** How a list of records becomes text: `head`, the records with `separator` between them, `tail`. */
export interface UsageText {
  readonly head: string;
  readonly separator: string;
  readonly tail: string;
  record(record: UsageRecord): string;
}

const COLUMNS = [
  ...['id', 'keyId', 'keyName', 'model', 'endpoint', 'promptTokens', 'completionTokens', 'totalTokens'],
  ...['durationMs', 'status', 'at'],
] as readonly (keyof UsageRecord)[];

/** What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const QUOTED = /[",\r\n]/;

const CSV: UsageText = {
  head: toCsvLine(COLUMNS),
  separator: '',
  tail: '',
  record: (record) => toCsvLine(COLUMNS.map((column) => record[column])),
};

const JSON_LIST: UsageText = {
  head: '{"items":[',
  separator: ',',
  tail: ']}',
  record: (record) => JSON.stringify(record),
};

export const USAGE_TEXTS: Readonly<Record<ExportFormat, UsageText>> = { csv: CSV, json: JSON_LIST };

/** One line of RFC 4180, with its end. Text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function toCsvLine(values: readonly (string | number)[]): string {
  return `${values.map(toCsvField).join(',')}\r\n`;
}

function toCsvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
