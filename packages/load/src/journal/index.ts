/** A run on file, second by second, so that it can be reported though it was killed. @module */

export { JOURNAL_ERRORS, type JournalErrorCode } from './errors.ts';
export { createJournal, type JournalOptions, type LoadJournal } from './load-journal.ts';
export { readJournal } from './read-journal.ts';
