import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { invalidFlag, usage } from './errors.ts';
import { likelyFlag } from './flag-hint.ts';

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
    throw usage(reasonOf((error as Error).message, Object.keys(options)), error);
  }
}

/** What Node says of the arguments, in the words of the command. */
function reasonOf(message: string, known: readonly string[]): string {
  const [, unknown] = /^Unknown option '(.+?)'/.exec(message) ?? [];
  const [, lacking] = /^Option '(.+?)(?: <value>)?' argument missing/.exec(message) ?? [];
  if (lacking !== undefined) return `${lacking} needs a value`;
  if (unknown === undefined) return message.split(/\.\s|\n/)[0] ?? message;
  const meant = likelyFlag(unknown, known);
  return `unknown flag ${unknown}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
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
  throw invalidFlag(flag, JSON.stringify(text), allowed);
}

/** A seed. @throws MILLRACE_CLI_FLAG_INVALID */
export function readSeed(text: string): number {
  return readNumber('--seed', text, { min: 0, max: 2 ** 32 - 1, whole: true });
}

/** A share of 1, or with a percent sign, from `least` to 1. @throws MILLRACE_CLI_FLAG_INVALID */
export function readShare(flag: string, text: string, least: number): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%)?$/.exec(text.trim()) ?? [];
  const share = digits === undefined ? Number.NaN : Number(digits) / (percent === undefined ? 1 : 100);
  if (share >= least && share <= 1) return share;
  throw invalidFlag(flag, JSON.stringify(text), `a share from ${least * 100}% to 100%`);
}

/** Names between commas. @throws MILLRACE_CLI_FLAG_INVALID when there is none between two of them */
export function readList(flag: string, text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (!names.includes('')) return [...new Set(names)];
  const allowed = 'one name, or more with a comma between them';
  throw invalidFlag(flag, JSON.stringify(text), allowed);
}

const UNITS_MS: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION = /^\s*(?:\d+(?:\.\d+)?|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)\s*$/;

/**
 * A duration in milliseconds: `30`, `30s`, `500ms`, `2m`, `1h30m`. A bare number is seconds.
 * @param minMs default: anything but 0
 * @throws MILLRACE_CLI_FLAG_INVALID
 */
export function readDurationMs(flag: string, text: string, maxMs: number, minMs: number = Number.MIN_VALUE): number {
  const value = DURATION.test(text) ? sumOfParts(text) : Number.NaN;
  if (value >= minMs && value <= maxMs) return value;
  const allowed = `a duration up to ${maxMs / 1000} s, such as 30, 30s, 500ms or 1m30s`;
  throw invalidFlag(flag, JSON.stringify(text), allowed);
}

function sumOfParts(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)?/g)];
  return parts.reduce((sum, [, digits, unit = '']) => sum + Number(digits) * (UNITS_MS[unit] ?? Number.NaN), 0);
}

const UNITS_BYTES: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/**
 * A number of bytes: `65536`, `64k`, `1.5MB`, `2G`; k, M and G are thousands, millions and thousand millions.
 * @throws MILLRACE_CLI_FLAG_INVALID unless it is a whole one, from 1 up
 */
export function readBytes(flag: string, text: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([kmg]?)b?$/i.exec(text.trim()) ?? [];
  const value = digits === '' ? Number.NaN : Number(digits) * (UNITS_BYTES[unit.toLowerCase()] ?? Number.NaN);
  if (value >= 1 && Number.isSafeInteger(value)) return value;
  throw invalidFlag(flag, JSON.stringify(text), 'a number of bytes, such as 65536, 64k or 1.5MB');
}
