import { CORE_ERRORS } from './core-errors.ts';

/** Gives back `value` if it is a whole number from `min` to `max`. @throws MILLRACE_CORE_OPTION_INVALID */
export function checkWhole(option: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw refused(option, value, `a whole number from ${min} to ${max}`);
}

/** Gives back `ms` if it is a finite time that is not negative. @throws MILLRACE_CORE_OPTION_INVALID */
export function checkDuration(option: string, ms: number): number {
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw refused(option, ms, 'a finite number of milliseconds from 0 up');
}

function refused(option: string, value: unknown, allowed: string): Error {
  return CORE_ERRORS.create('MILLRACE_CORE_OPTION_INVALID', { option, value: String(value), allowed });
}
