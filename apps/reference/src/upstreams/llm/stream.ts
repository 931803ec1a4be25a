import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from 'millrace/core';
import type { LlmEvent } from './answer.ts';

export interface StreamPace {
  readonly clock: Clock;
  firstByteMs(): number;
  deltaMs(): number;
}

/**
 * Sends the events of an answer: the first after the time to the first byte, each delta a moment after the one before
 * it, the others with it. Goes on only when the client has taken what was sent, and ends when the client hangs up.
 */
export function streamEvents(response: ServerResponse, events: readonly LlmEvent[], pace: StreamPace): void {
  let timer: Timer | undefined;
  let sent = 0;
  response.once('close', () => timer?.cancel());
  const after = (delayMs: number, fire: () => void): void => {
    if (delayMs <= 0) fire();
    else timer = pace.clock.schedule(delayMs, fire);
  };
  const send = (): void => {
    const end = nextDelta(events, sent + 1);
    const taken = response.write(events.slice(sent, end).map(eventText).join(''));
    sent = end;
    if (sent === events.length) response.end();
    else if (taken) after(pace.deltaMs(), send);
    else response.once('drain', send);
  };
  after(pace.firstByteMs(), () => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    send();
  });
}

/** The index of the first delta from `from` on, or the end. */
function nextDelta(events: readonly LlmEvent[], from: number): number {
  const index = events.findIndex((event, place) => place >= from && event.name === 'content_block_delta');
  return index === -1 ? events.length : index;
}

function eventText({ name, data }: LlmEvent): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
