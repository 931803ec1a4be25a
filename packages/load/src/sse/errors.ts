import { defineErrors, type ErrorTable } from 'millrace/core';

/** Codes of the errors that an event stream meets. */
export type SseErrorCode = 'MILLRACE_SSE_EVENT_TOO_LARGE';

/** Errors of event streams, their text and how to mend them. */
export const SSE_ERRORS: ErrorTable<SseErrorCode> = defineErrors({
  MILLRACE_SSE_EVENT_TOO_LARGE: {
    message: 'an event, or a comment, is larger than {limit} bytes',
    mend: 'raise `maxEventBytes` if events of that size are meant',
  },
});
