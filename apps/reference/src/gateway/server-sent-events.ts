import type { AnswerEvent } from '../ports/index.ts';

/** A line longer than this is none of ours. */
const MAX_LINE_CHARACTERS = 1_048_576;

/**
 * Reads a stream of server-sent events (WHATWG HTML, section 9.2.6) as far as a Messages API speaks it: `event` and
 * `data` fields, lines that end in LF or CRLF, comments skipped, several `data` lines joined. What stands after the
 * last blank line is no event.
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<AnswerEvent, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let name = '';
  let data: string[] = [];
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS) throw new RangeError('a line of the event stream is too long');
    for (const line of lines.map(withoutReturn)) {
      if (line === '') {
        if (data.length > 0) yield { name: name || 'message', data: data.join('\n') };
        name = '';
        data = [];
      } else if (line.startsWith('event:')) name = fieldValue(line, 'event:');
      else if (line.startsWith('data:')) data.push(fieldValue(line, 'data:'));
    }
  }
}

export function writeEvent({ name, data }: AnswerEvent): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** One space after the colon belongs to the syntax. */
function fieldValue(line: string, field: string): string {
  const value = line.slice(field.length);
  return value.startsWith(' ') ? value.slice(1) : value;
}
