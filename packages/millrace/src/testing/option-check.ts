import { TESTING_ERRORS } from './errors.ts';

/** The error for an option whose value is not allowed. */
export function refusedOption(option: string, value: unknown, allowed: string): Error {
  return TESTING_ERRORS.create('MILLRACE_TESTING_OPTION_INVALID', { option, value: String(value), allowed });
}

/** Gives back `value` if it is a whole number from `min` to `max`. @throws MILLRACE_TESTING_OPTION_INVALID */
export function checkWhole(option: string, value: unknown, min: number, max: number): number {
  if (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw refusedOption(option, value, `a whole number from ${min} to ${max}`);
}

/** Gives back `value` if it is a number from `min` to `max`. @throws MILLRACE_TESTING_OPTION_INVALID */
export function checkNumber(option: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw refusedOption(option, value, `a number from ${min} to ${max}`);
}
