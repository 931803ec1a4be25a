import { defineErrors, type ErrorTable, MillraceError } from 'millrace/core';

/** The codes that `@millrace/load` throws. */
export type LoadErrorCode =
  | 'MILLRACE_LOAD_BODY_CODING'
  | 'MILLRACE_LOAD_OPTION_INVALID'
  | 'MILLRACE_LOAD_REQUEST_INVALID'
  | 'MILLRACE_LOAD_TARGET_REFUSED'
  | 'MILLRACE_LOAD_TARGET_UNREACHABLE'
  | 'MILLRACE_LOAD_TLS_FAILED'
  | 'MILLRACE_LOAD_THRESHOLD_INVALID';

/** Errors of `@millrace/load`. */
export const LOAD_ERRORS: ErrorTable<LoadErrorCode> = defineErrors({
  MILLRACE_LOAD_BODY_CODING: {
    message: 'a body of coding {coding} cannot be decoded ({reason})',
    mend: 'offer gzip, deflate, br or zstd in Accept-Encoding, or none',
  },
  MILLRACE_LOAD_OPTION_INVALID: {
    message: '{option} is {value}, allowed: {allowed}',
    mend: 'pass a value that is allowed',
  },
  MILLRACE_LOAD_REQUEST_INVALID: {
    message: 'a step built a request whose {part} cannot be sent: {value}',
    mend: 'use a path that starts with / and visible ASCII in path and headers; Host, Content-Length, Connection and Transfer-Encoding are set by the engine',
  },
  MILLRACE_LOAD_TARGET_REFUSED: {
    message: '{target} is not a loopback or private address',
    mend: 'load is sent to loopback and private addresses only; set `owned` when a public target is your own',
  },
  MILLRACE_LOAD_TARGET_UNREACHABLE: {
    message: 'nothing answers at {target} ({reason})',
    mend: 'start the service, or correct the host and port of `target`',
  },
  MILLRACE_LOAD_TLS_FAILED: {
    message: 'no TLS connection to {target} ({reason})',
    mend: 'trust its certificate by `tls.ca`, name it by `tls.servername`, take any with `tls.insecure`, or write http:// if it speaks no TLS',
  },
  MILLRACE_LOAD_THRESHOLD_INVALID: { message: '{threshold} is no threshold', mend: 'write one {allowed}' },
});

/** Throws MILLRACE_LOAD_OPTION_INVALID unless `value` is a finite number from `low` to `high`. */
export function checkNumber(option: string, value: number, low: number, high: number): void {
  if (Number.isFinite(value) && value >= low && value <= high) return;
  const allowed = `${low.toLocaleString('en')} to ${high.toLocaleString('en')}`;
  throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option, value: String(value), allowed });
}

/** As {@link checkNumber}, and a whole number. */
export function checkWhole(option: string, value: number, low: number, high: number): void {
  checkNumber(option, value, low, high);
  if (Number.isInteger(value)) return;
  throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option, value, allowed: 'a whole number' });
}

/** What a scenario's code threw, in words; of an option that does not exist also which one may be meant. */
export function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const isUnknown = cause instanceof MillraceError && cause.code === 'MILLRACE_CORE_OPTION_UNKNOWN';
  return isUnknown ? `${cause.message}: ${cause.mend}` : cause.message;
}
