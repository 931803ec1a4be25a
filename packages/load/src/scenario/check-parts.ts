import { checkOptionNames, type OptionNames } from 'millrace/core';
import { LOAD_ERRORS } from '../errors.ts';

/** What steps and flows have in common. */
interface Part {
  readonly name: string;
  readonly weight?: number;
}

/** What the parts of a scenario are called, which names each of them has, and the function that it must have. */
export interface PartKind<One extends Part> {
  readonly option: string;
  readonly names: OptionNames<One>;
  readonly run: keyof One & string;
}

const A_NAME = 'a name of its own';

/**
 * Refuses parts of a scenario, its steps or flows, that are none: a file is not type-checked before it runs.
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 */
export function checkParts<One extends Part>(parts: readonly One[], { option, names, run }: PartKind<One>): void {
  if (!Array.isArray(parts) || parts.length === 0) throw refuseOption(option, parts, 'a list of at least one');
  const seen = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const place = `${option}[${index}]`;
    checkPart(place, part, { names, run });
    if (seen.has(part.name)) throw refuseOption(`${place}.name`, part.name, A_NAME);
    seen.add(part.name);
  }
}

/** Refuses one part that is none. @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
export function checkPart<One extends Part>(
  place: string,
  part: One,
  { names, run }: Pick<PartKind<One>, 'names' | 'run'>,
): void {
  if (typeof part !== 'object' || part === null) throw refuseOption(place, part, 'an object');
  checkOptionNames(place, part, names);
  const { name, weight = 1 } = part;
  if (!Number.isFinite(weight) || weight <= 0) throw refuseOption(`${place}.weight`, weight, 'a number greater than 0');
  if (!isName(name)) throw refuseOption(`${place}.name`, name, A_NAME);
  checkFunction(`${place}.${run}`, part[run]);
}

/** @throws MILLRACE_LOAD_OPTION_INVALID */
export function checkName(option: string, name: unknown): void {
  if (!isName(name)) throw refuseOption(option, name, 'a name');
}

/** @throws MILLRACE_LOAD_OPTION_INVALID */
export function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw refuseOption(option, value, 'a function');
}

/** The error of an option with a value that it cannot have, which is shown in short. */
export function refuseOption(option: string, value: unknown, allowed: string): Error {
  return LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option, value: shown(value), allowed });
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name !== '';
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? JSON.stringify(value) : typeof value === 'function' ? 'a function' : String(value);
}
