import { defineErrors, type ErrorTable } from 'millrace/core';

/** Codes of the errors of feeders. */
export type FeederErrorCode =
  | 'MILLRACE_FEEDER_EMPTY'
  | 'MILLRACE_FEEDER_EXHAUSTED'
  | 'MILLRACE_FEEDER_FILE_INVALID'
  | 'MILLRACE_FEEDER_FILE_TOO_LARGE'
  | 'MILLRACE_FEEDER_FILE_UNREADABLE';

/** Errors of feeders, their text and how to mend them. */
export const FEEDER_ERRORS: ErrorTable<FeederErrorCode> = defineErrors({
  MILLRACE_FEEDER_EMPTY: {
    message: '{source} has {rows} rows where {needed} are needed',
    mend: 'give it a row, and at least one for each worker when it is sharded',
  },
  MILLRACE_FEEDER_EXHAUSTED: {
    message: '{source} has no row left for user {user}: {rows} rows, {users} users, {drawn} drawn by this one',
    mend: 'add rows, use fewer users or iterations, or take strategy circular',
  },
  MILLRACE_FEEDER_FILE_INVALID: {
    message: '{source} cannot be read as rows: {reason}',
    mend: 'write CSV with a line of names first, or JSON with an array of rows (one row a line in .ndjson and .jsonl)',
  },
  MILLRACE_FEEDER_FILE_TOO_LARGE: {
    message: '{source} has {bytes} bytes, more than the {limit} that are allowed',
    mend: 'split the file, or raise `maxBytes`: all rows are kept in memory',
  },
  MILLRACE_FEEDER_FILE_UNREADABLE: {
    message: '{source} cannot be opened ({reason})',
    mend: 'correct the path; relative to a scenario it is new URL(file, import.meta.url)',
  },
});
