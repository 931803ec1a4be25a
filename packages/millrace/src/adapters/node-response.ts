/** What is used of a response of `node:http`, or of `node:http2`. */
export interface SentResponse {
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  /** HTTP/1.1. */
  readonly destroyed?: boolean;
  /** HTTP/2. */
  readonly stream?: { readonly destroyed: boolean };
}

/** Whether nobody waits for an answer any more. */
export function isLeft({ destroyed, stream }: SentResponse): boolean {
  return destroyed === true || stream?.destroyed === true;
}

/** Whether a response that is closed was answered. Of HTTP/2 one that was left counts as finished, but nobody has ended it. */
export function wasSent({ writableEnded, writableFinished }: SentResponse): boolean {
  return writableEnded && writableFinished;
}
