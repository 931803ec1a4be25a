import { RATELIMIT_ERRORS } from './errors.ts';

/** Gives back a whole number from `min` to `max`. @throws MILLRACE_RATELIMIT_OPTION_INVALID */
export function checkWhole(option: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw refuseOption(option, value, `a whole number from ${min} to ${max}`);
}

/** Gives back a string that is not empty. @throws MILLRACE_RATELIMIT_OPTION_INVALID */
export function checkName(option: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw refuseOption(option, value, 'a non-empty string');
}

/** Makes the error of an option that is out of range. */
export function refuseOption(option: string, value: unknown, allowed: string): Error {
  return RATELIMIT_ERRORS.create('MILLRACE_RATELIMIT_OPTION_INVALID', { option, value: String(value), allowed });
}
