import { AUTH_ERRORS } from './errors.ts';

/** Refuses a number that is not whole or lies outside `min`..`max`. */
export function checkWhole(option: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  const allowed = `a whole number from ${min} to ${max}`;
  throw AUTH_ERRORS.create('MILLRACE_AUTH_OPTION_INVALID', { option, value: String(value), allowed });
}
