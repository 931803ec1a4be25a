import { createParser } from 'eventsource-parser';
import { createEventStreamParser, type EventStreamOptions } from './event-stream.ts';

/** What is heard in the pieces, in order. */
export function heardIn(pieces: readonly Uint8Array[], options: EventStreamOptions = {}): string[] {
  const lines: string[] = [];
  const parser = createEventStreamParser(
    {
      event: (data, type, id) => lines.push(`${type} ${JSON.stringify(data)} id ${JSON.stringify(id)}`),
      retry: (delayMs) => lines.push(`retry ${delayMs}`),
      comment: (text) => lines.push(`comment ${JSON.stringify(text)}`),
    },
    options,
  );
  for (const piece of pieces) parser.push(piece);
  return lines;
}

/**
 * What `eventsource-parser` hears in the same text. It gives each event its own id alone and takes the space off a
 * comment; the ids that stay are made up for here.
 */
export function heardByPeer(text: string): string[] {
  const lines: string[] = [];
  let last = '';
  const parser = createParser({
    onEvent: ({ data, event, id }) => {
      last = id ?? last;
      lines.push(`${event ?? 'message'} ${JSON.stringify(data)} id ${JSON.stringify(last)}`);
    },
    onRetry: (delayMs) => lines.push(`retry ${delayMs}`),
    onComment: (comment) => lines.push(`comment ${JSON.stringify(comment)}`),
  });
  parser.feed(text);
  return lines;
}
