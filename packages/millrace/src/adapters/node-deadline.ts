import type { RequestDeadline } from './guard/deadline.ts';
import { type SentResponse, wasSent } from './node-response.ts';

interface EndingResponse extends SentResponse {
  once(event: 'close', listen: () => void): unknown;
}

/** Starts a deadline that lasts until the response has gone out, or nobody waits for it any more. */
export function deadlineUntilClose(
  response: EndingResponse,
  start: (gone: AbortSignal) => RequestDeadline & { close(): void },
): RequestDeadline {
  const gone = new AbortController();
  const deadline = start(gone.signal);
  response.once('close', () => {
    if (!wasSent(response)) gone.abort();
    deadline.close();
  });
  return deadline;
}
