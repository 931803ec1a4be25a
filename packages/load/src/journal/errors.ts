import { defineErrors, type ErrorTable } from 'millrace/core';

/** The codes that journals throw. */
export type JournalErrorCode = 'MILLRACE_JOURNAL_UNREADABLE' | 'MILLRACE_JOURNAL_UNWRITABLE';

/** Errors of journals. */
export const JOURNAL_ERRORS: ErrorTable<JournalErrorCode> = defineErrors({
  MILLRACE_JOURNAL_UNREADABLE: {
    message: '{file} is no journal that can be read: {reason}',
    mend: 'pass the file that the run was told to keep its journal in',
  },
  MILLRACE_JOURNAL_UNWRITABLE: {
    message: 'the journal {file} cannot be written: {reason}',
    mend: 'pass a file in a folder that exists and may be written to',
  },
});
