import { checkOptionNames, type OptionNames } from 'millrace/core';
import { GrowingBytes } from '../bytes/index.ts';
import { checkWhole } from '../errors.ts';
import { SSE_ERRORS } from './errors.ts';

/** Hears what an event stream says. */
export interface EventStreamListener {
  /**
   * An event.
   * @param type `message` unless the event names one.
   * @param lastEventId the id of this event or of the last one before it that had one; empty without.
   */
  event(data: string, type: string, lastEventId: string): void;
  /** The server asks to wait so long before connecting again, in milliseconds. */
  retry?(delayMs: number): void;
  /** A comment, without its colon; servers send them to keep a connection open. */
  comment?(text: string): void;
}

/** Options of {@link createEventStreamParser}. */
export interface EventStreamOptions {
  /**
   * Most bytes of one event with all of its lines and their ends, or of one comment; 1 to 1 GiB, default 1 MiB.
   */
  readonly maxEventBytes?: number;
  /** Id of the last event before the connection was opened again; default empty. */
  readonly lastEventId?: string;
}

/** Takes in one event stream, in pieces of any size. */
export interface EventStreamParser {
  /** What `Last-Event-ID` should say when the stream is opened again. */
  readonly lastEventId: string;
  /**
   * Takes in the bytes from `start` (default 0) to `end` (default all). Events that are whole are heard before it
   * returns; one that the stream's end cuts off is never heard.
   * @throws MILLRACE_SSE_EVENT_TOO_LARGE; nothing more is heard after that.
   */
  push(bytes: Uint8Array, start?: number, end?: number): void;
}

const OPTION_NAMES: OptionNames<EventStreamOptions> = { maxEventBytes: true, lastEventId: true };
const GIBIBYTE = 1_073_741_824;
const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);
const DIGITS = /^[0-9]+$/;

/**
 * Makes a parser for one event stream (WHATWG HTML, section 9.2.6, "Interpreting an event stream").
 *
 * Lines are found in the bytes and decoded one by one: no end of line lies within a character of UTF-8, so a character
 * that the network cuts is whole again by the time it is read. Bytes that are not UTF-8 become U+FFFD.
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const parser = createEventStreamParser({ event: (data, type) => console.log(type, data) });
 * parser.push(Buffer.from('event: price\ndata: 42\n\n')); // price 42
 */
export function createEventStreamParser(
  listener: EventStreamListener,
  options: EventStreamOptions = {},
): EventStreamParser {
  checkOptionNames('createEventStreamParser', options, OPTION_NAMES);
  const { maxEventBytes = 1_048_576, lastEventId = '' } = options;
  checkWhole('maxEventBytes', maxEventBytes, 1, GIBIBYTE);
  return new Parser(listener, maxEventBytes, lastEventId);
}

class Parser implements EventStreamParser {
  lastEventId: string;
  readonly #listener: EventStreamListener;
  readonly #maxEventBytes: number;
  readonly #line: GrowingBytes = new GrowingBytes();
  /** Bytes of the mark seen so far; past its length once the stream has begun. */
  #markBytes = 0;
  #afterCr = false;
  #isBroken = false;
  /** Bytes of the event's whole lines. */
  #eventBytes = 0;
  /** The event's data, each line with an LF before it. */
  #data = '';
  #type = '';
  #id: string;

  constructor(listener: EventStreamListener, maxEventBytes: number, lastEventId: string) {
    this.#listener = listener;
    this.#maxEventBytes = maxEventBytes;
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
  }

  push(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    if (this.#isBroken) this.#refuse();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let lineStart = this.#markBytes > BYTE_ORDER_MARK.length ? start : this.#skipMark(buffer, start, end);
    for (let at = lineStart; at < end; at++) {
      const byte = buffer[at];
      if (byte !== LF && byte !== CR) {
        this.#afterCr = false;
        continue;
      }
      // The LF of a CR LF, which may come much later: the line ended with the CR.
      if (byte === CR || !this.#afterCr) this.#endLine(buffer, lineStart, at);
      this.#afterCr = byte === CR;
      lineStart = at + 1;
    }
    if (lineStart < end) {
      this.#bound(end - lineStart);
      this.#line.add(buffer, lineStart, end);
    }
  }

  /** Passes over a byte order mark, which may come in pieces. Returns where the stream begins in `bytes`. */
  #skipMark(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.#markBytes < BYTE_ORDER_MARK.length && bytes[at] === BYTE_ORDER_MARK[this.#markBytes]) {
      at++;
      this.#markBytes++;
    }
    if (at === end && this.#markBytes < BYTE_ORDER_MARK.length) return at;
    // What began like a mark and is none belongs to the first line.
    if (this.#markBytes < BYTE_ORDER_MARK.length) this.#line.add(BYTE_ORDER_MARK, 0, this.#markBytes);
    this.#markBytes = BYTE_ORDER_MARK.length + 1;
    return at;
  }

  #endLine(bytes: Buffer, start: number, end: number): void {
    this.#bound(end - start);
    if (this.#line.length === 0) this.#takeLine(bytes, start, end);
    else {
      this.#line.add(bytes, start, end);
      const { bytes: whole, length } = this.#line;
      this.#line.clear();
      this.#takeLine(whole, 0, length);
    }
  }

  #takeLine(bytes: Buffer, start: number, end: number): void {
    const colon = bytes.subarray(start, end).indexOf(COLON);
    if (start === end) this.#dispatch();
    else if (colon === 0) this.#listener.comment?.(bytes.toString('utf8', start + 1, end));
    else {
      this.#eventBytes += end - start + 1;
      const nameEnd = colon === -1 ? end : start + colon;
      const valueStart = nameEnd + (bytes[nameEnd + 1] === SPACE ? 2 : 1);
      this.#takeField(bytes.toString('latin1', start, nameEnd), bytes, Math.min(valueStart, end), end);
    }
  }

  #takeField(name: string, bytes: Buffer, start: number, end: number): void {
    if (name === 'data') this.#data += `\n${bytes.toString('utf8', start, end)}`;
    else if (name === 'event') this.#type = bytes.toString('utf8', start, end);
    else if (name === 'id') {
      const id = bytes.toString('utf8', start, end);
      if (!id.includes('\0')) this.#id = id;
    } else if (name === 'retry') {
      const digits = bytes.toString('latin1', start, end);
      if (DIGITS.test(digits)) this.#listener.retry?.(Number(digits));
    }
  }

  #dispatch(): void {
    const data = this.#data;
    const type = this.#type;
    this.#data = '';
    this.#type = '';
    this.#eventBytes = 0;
    this.lastEventId = this.#id;
    if (data !== '') this.#listener.event(data.slice(1), type === '' ? 'message' : type, this.#id);
  }

  /** Refuses an event whose line at hand grows by `more` bytes past the bound. */
  #bound(more: number): void {
    if (this.#eventBytes + this.#line.length + more <= this.#maxEventBytes) return;
    this.#isBroken = true;
    this.#line.clear();
    this.#data = '';
    this.#refuse();
  }

  #refuse(): never {
    throw SSE_ERRORS.create('MILLRACE_SSE_EVENT_TOO_LARGE', { limit: this.#maxEventBytes });
  }
}
