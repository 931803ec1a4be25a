import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { CLI_ERRORS } from './errors.ts';

/** Flags and what stands between them. */
export interface Given {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
}

/** Reads the arguments of one command. @throws MILLRACE_CLI_USAGE for a flag that is unknown or lacks its value */
export function readFlags(args: readonly string[], options: ParseArgsOptionsConfig): Given {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { values: values as Given['values'], positionals };
  } catch (error) {
    throw CLI_ERRORS.create('MILLRACE_CLI_USAGE', { reason: firstSentence((error as Error).message) }, error);
  }
}

function firstSentence(message: string): string {
  return message.split(/\.\s|\n/)[0] ?? message;
}

/** A number within bounds. @throws MILLRACE_CLI_FLAG_INVALID */
export function readNumber(
  flag: string,
  text: string,
  bounds: { readonly min: number; readonly max: number; readonly whole?: boolean },
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const fits = value >= bounds.min && value <= bounds.max && (bounds.whole !== true || Number.isInteger(value));
  if (fits) return value;
  const allowed = `a ${bounds.whole === true ? 'whole ' : ''}number from ${bounds.min} to ${bounds.max}`;
  throw CLI_ERRORS.create('MILLRACE_CLI_FLAG_INVALID', { flag, value: JSON.stringify(text), allowed });
}

/** Names between commas. @throws MILLRACE_CLI_FLAG_INVALID when there is none between two of them */
export function readList(flag: string, text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (!names.includes('')) return [...new Set(names)];
  const allowed = 'one name, or more with a comma between them';
  throw CLI_ERRORS.create('MILLRACE_CLI_FLAG_INVALID', { flag, value: JSON.stringify(text), allowed });
}

const UNITS_MS: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A duration in milliseconds: `30`, `30s`, `500ms`, `2m`, `1h`. A bare number is seconds.
 * @param minMs default: anything but 0
 * @throws MILLRACE_CLI_FLAG_INVALID
 */
export function readDurationMs(flag: string, text: string, maxMs: number, minMs: number = Number.MIN_VALUE): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const value = digits === undefined ? Number.NaN : Number(digits) * (UNITS_MS[unit] ?? Number.NaN);
  if (value >= minMs && value <= maxMs) return value;
  const allowed = `a duration up to ${maxMs / 1000} s, such as 30, 30s, 500ms or 2m`;
  throw CLI_ERRORS.create('MILLRACE_CLI_FLAG_INVALID', { flag, value: JSON.stringify(text), allowed });
}
