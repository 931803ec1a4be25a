import { defineErrors, type ErrorTable } from 'millrace/core';

/** Codes of the command's own errors. */
export type CliErrorCode =
  | 'MILLRACE_CLI_FLAG_INVALID'
  | 'MILLRACE_CLI_MANIFEST_UNUSABLE'
  | 'MILLRACE_CLI_OUTPUT_UNWRITABLE'
  | 'MILLRACE_CLI_RESULT_UNREADABLE'
  | 'MILLRACE_CLI_RESULT_UNUSABLE'
  | 'MILLRACE_CLI_USAGE';

/** The command's errors, their text and how to mend them. */
export const CLI_ERRORS: ErrorTable<CliErrorCode> = defineErrors({
  MILLRACE_CLI_FLAG_INVALID: { message: '{flag} is {value}', mend: 'give {allowed}' },
  MILLRACE_CLI_MANIFEST_UNUSABLE: {
    message: 'the manifest {file} cannot be used: {reason}',
    mend: 'name a module that exports `proof`, made by defineProof of @millrace/load/prove',
  },
  MILLRACE_CLI_OUTPUT_UNWRITABLE: { message: '{file} cannot be written: {reason}', mend: 'choose another file' },
  MILLRACE_CLI_RESULT_UNREADABLE: {
    message: '{file} cannot be read as a result: {reason}',
    mend: 'name files that `millrace load run --json` or `millrace prove` wrote',
  },
  MILLRACE_CLI_RESULT_UNUSABLE: {
    message: '{file} cannot be repeated: {reason}',
    mend: 'name the JSON result of an earlier proof of this manifest',
  },
  MILLRACE_CLI_USAGE: { message: '{reason}', mend: 'see millrace --help' },
});

/** Wrong use of a command. Where its help is, who catches it says. */
export function usage(reason: string, cause?: unknown): Error {
  return CLI_ERRORS.create('MILLRACE_CLI_USAGE', { reason }, cause);
}

/** A flag whose value is not `allowed`; `value` as it may be shown. */
export function invalidFlag(flag: string, value: string, allowed: string): Error {
  return CLI_ERRORS.create('MILLRACE_CLI_FLAG_INVALID', { flag, value, allowed });
}
