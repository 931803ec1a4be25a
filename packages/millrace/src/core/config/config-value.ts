import type { ConfigRow, EnumRow, TextRow, UrlRow } from './config-row.ts';
import { entropyBits, isSample } from './secret-strength.ts';

const MS: Readonly<Record<'seconds' | 'minutes', number>> = { seconds: 1_000, minutes: 60_000 };
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);
const WHOLE = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const LONGEST_SHOWN = 80;

/** What an option may hold. */
export type ConfigValue = string | number | boolean;

/** The value that `text` stands for, or undefined when the row does not allow it. */
export function parseValue(row: ConfigRow, text: string): ConfigValue | undefined {
  switch (row.kind) {
    case 'string':
      return parseText(row, text);
    case 'int':
      return WHOLE.test(text) ? within(Number(text), row) : undefined;
    case 'number':
      return DECIMAL.test(text) ? within(Number(text), row) : undefined;
    case 'seconds':
    case 'minutes':
      return DECIMAL.test(text) && within(Number(text), row) !== undefined
        ? Math.round(Number(text) * MS[row.kind])
        : undefined;
    case 'boolean':
      return BOOLEANS.get(text.toLowerCase());
    case 'enum':
      return parseWord(row, text.toLowerCase());
    case 'url':
      return parseUrl(row, text);
  }
}

/** A row's default as the option holds it, or undefined when it has none. */
export function defaultValue(row: ConfigRow): ConfigValue | undefined {
  return row.default === undefined ? undefined : parseValue(row, String(row.default));
}

function parseText(row: TextRow, text: string): string | undefined {
  if (text.length < (row.minLength ?? 0)) return undefined;
  if (!new RegExp(`^(?:${row.pattern ?? '.*'})$`, 's').test(text)) return undefined;
  const { minEntropyBits } = row;
  return minEntropyBits === undefined || (entropyBits(text) >= minEntropyBits && !isSample(text)) ? text : undefined;
}

function within(value: number, range: { readonly min: number; readonly max: number }): number | undefined {
  return value >= range.min && value <= range.max ? value : undefined;
}

function parseWord(row: EnumRow, word: string): string | undefined {
  const meant = meantBy(row, word);
  return row.values.includes(meant) ? meant : undefined;
}

function meantBy(row: EnumRow | UrlRow, word: string): string {
  const { spellings = {} } = row;
  return (Object.hasOwn(spellings, word) ? spellings[word] : undefined) ?? word;
}

function parseUrl(row: UrlRow, text: string): string | undefined {
  const protocol = URL.parse(text)?.protocol;
  if (protocol === undefined) return undefined;
  const meant = meantBy(row, protocol);
  return row.protocols.includes(meant) ? meant + text.trimStart().slice(protocol.length) : undefined;
}

/** What a row allows, in words, as messages and the reference page say it. */
export function allowedText(row: ConfigRow): string {
  switch (row.kind) {
    case 'string': {
      const length = row.minLength === undefined ? 'any text' : `at least ${row.minLength} characters`;
      return (row.patternMeaning ?? length) + (row.minEntropyBits === undefined ? '' : ', chosen at random');
    }
    case 'int':
      return `a whole number from ${row.min} to ${row.max}`;
    case 'number':
      return `a number from ${row.min} to ${row.max}`;
    case 'seconds':
    case 'minutes':
      return `${row.min} to ${row.max} ${row.kind}`;
    case 'boolean':
      return 'true or false';
    case 'enum':
      return row.values.join(', ');
    case 'url':
      return `a URL that starts with ${row.protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  }
}

/** A value as a message may show it: on one line, not too long, without its secrets. */
export function shownValue(row: ConfigRow, text: string): string {
  if (row.secret === true) return `*** (${text.length} characters)`;
  const shown = row.kind === 'url' ? maskUrl(text) : text;
  return JSON.stringify(shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown);
}

function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.host === '') return '***';
  const anonymous = url.username === '' && url.password === '';
  // An @ that ends no user part: the password holds a character that cut it in two.
  if (anonymous && text.includes('@')) return '***';
  const user = anonymous ? '' : `${url.username}:***@`;
  return `${url.protocol}//${user}${url.host}${url.pathname}`;
}
