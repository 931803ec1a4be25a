import { COLON, CR, LF, NINE, SPACE, TAB, TEXT, TOKEN, ZERO } from './byte-classes.ts';

/** {@link ResponseHead.parse}: the head goes on beyond the bytes at hand. */
export const HEAD_INCOMPLETE: number = -1;
/** {@link ResponseHead.parse}: not a head of HTTP/1.1; {@link ResponseHead.problem} says why. */
export const HEAD_BROKEN: number = -2;

const VERSION: Uint8Array = Buffer.from('HTTP/1.');
const CONNECTION: Uint8Array = Buffer.from('connection');
const CONTENT_LENGTH: Uint8Array = Buffer.from('content-length');
const CONTENT_ENCODING: Uint8Array = Buffer.from('content-encoding');
const KEEP_ALIVE: Uint8Array = Buffer.from('keep-alive');
const TRANSFER_ENCODING: Uint8Array = Buffer.from('transfer-encoding');
const CHUNKED: Uint8Array = Buffer.from('chunked');
const CLOSE: Uint8Array = Buffer.from('close');
const MAX_LENGTH_DIGITS = 15;

/**
 * Status line and header fields of one response (RFC 9112 sections 4 and 5), as far as framing needs them.
 *
 * Strict: bare CR or LF, folded lines, space before a colon and control bytes break the head. Parsing is a pure
 * function of the bytes from `start`, and a broken beginning is broken whatever follows; so a head that comes in
 * pieces may be parsed again from its start each time.
 */
export class ResponseHead {
  /** 100 to 999. */
  status: number = 0;
  /** What the version and Connection say: the connection may serve another request. */
  keepAlive: boolean = false;
  /** How long the server says it keeps an idle connection, in milliseconds; 0 when it does not say. */
  keepAliveMs: number = 0;
  /** Value of Content-Length; -1 without one. */
  contentLength: number = -1;
  /** There is a Content-Encoding. */
  contentCoded: boolean = false;
  /** There is a Transfer-Encoding. */
  transferCoded: boolean = false;
  /** Its last coding is `chunked`. */
  chunked: boolean = false;
  /** Why the head is broken. */
  problem: string = '';

  /** Parses from `start`. Returns where the head ends, {@link HEAD_INCOMPLETE} or {@link HEAD_BROKEN}. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    this.contentLength = -1;
    this.transferCoded = false;
    this.chunked = false;
    this.contentCoded = false;
    this.keepAliveMs = 0;
    let at = this.#statusLine(bytes, start, end);
    while (at > 0) {
      if (at === end) return HEAD_INCOMPLETE;
      if (bytes[at] === CR) return this.#lineEnd(bytes, at, end);
      at = this.#field(bytes, at, end);
    }
    return at;
  }

  #statusLine(bytes: Uint8Array, start: number, end: number): number {
    const versionEnd = start + VERSION.length;
    for (let at = start; at < versionEnd; at++) {
      if (at >= end) return HEAD_INCOMPLETE;
      if (bytes[at] !== VERSION[at - start]) return this.#broken('the status line does not start with HTTP/1.');
    }
    if (versionEnd >= end) return HEAD_INCOMPLETE;
    const minor = (bytes[versionEnd] as number) - ZERO;
    if (minor !== 0 && minor !== 1) return this.#broken('the version is neither HTTP/1.0 nor HTTP/1.1');
    this.keepAlive = minor === 1;
    if (versionEnd + 1 >= end) return HEAD_INCOMPLETE;
    if (bytes[versionEnd + 1] !== SPACE) return this.#broken('no space after the version');
    return this.#status(bytes, versionEnd + 2, end);
  }

  #status(bytes: Uint8Array, start: number, end: number): number {
    let status = 0;
    let at = start;
    for (; at < start + 3; at++) {
      if (at >= end) return HEAD_INCOMPLETE;
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) return this.#broken('the status is not three digits');
      status = status * 10 + digit;
    }
    if (status < 100) return this.#broken('the status is below 100');
    this.status = status;
    if (at >= end) return HEAD_INCOMPLETE;
    if (bytes[at] !== SPACE && bytes[at] !== CR) return this.#broken('the status is not three digits');
    while (at < end && TEXT[bytes[at] as number] === 1) at++;
    if (at < end && bytes[at] !== CR) return this.#broken('a control byte in the reason');
    return this.#lineEnd(bytes, at, end);
  }

  /** One header line. Returns where the next one starts. */
  #field(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && TOKEN[bytes[at] as number] === 1) at++;
    if (at === end) return HEAD_INCOMPLETE;
    if (at === start || bytes[at] !== COLON) return this.#broken('a header name holds a byte that is not allowed');
    const nameEnd = at;
    at++;
    while (at < end && TEXT[bytes[at] as number] === 1) at++;
    const next = this.#lineEnd(bytes, at, end);
    if (next < 0) return next;
    return this.#meaning(bytes, start, nameEnd, at) ? next : HEAD_BROKEN;
  }

  /** Takes in what the field says about framing. False when that breaks the head. */
  #meaning(bytes: Uint8Array, nameStart: number, nameEnd: number, lineEnd: number): boolean {
    switch (nameEnd - nameStart) {
      case CONNECTION.length:
        if (isWord(bytes, nameStart, nameEnd, CONNECTION)) this.#connection(bytes, nameEnd + 1, lineEnd);
        else if (isWord(bytes, nameStart, nameEnd, KEEP_ALIVE)) this.#keepAliveHint(bytes, nameEnd + 1, lineEnd);
        return true;
      case CONTENT_LENGTH.length:
        return !isWord(bytes, nameStart, nameEnd, CONTENT_LENGTH) || this.#length(bytes, nameEnd + 1, lineEnd);
      case CONTENT_ENCODING.length:
        if (isWord(bytes, nameStart, nameEnd, CONTENT_ENCODING)) this.contentCoded = true;
        return true;
      case TRANSFER_ENCODING.length:
        return !isWord(bytes, nameStart, nameEnd, TRANSFER_ENCODING) || this.#coding(bytes, nameEnd + 1, lineEnd);
      default:
        return true;
    }
  }

  #length(bytes: Uint8Array, valueStart: number, lineEnd: number): boolean {
    const start = skipSpace(bytes, valueStart, lineEnd);
    const end = trimSpace(bytes, start, lineEnd);
    if (start === end || end - start > MAX_LENGTH_DIGITS) return this.#refuse('Content-Length is not a length');
    let length = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte < ZERO || byte > NINE) return this.#refuse('Content-Length is not a length');
      length = length * 10 + (byte - ZERO);
    }
    if (this.contentLength !== -1 && this.contentLength !== length) return this.#refuse('two unequal Content-Length');
    if (this.transferCoded) return this.#refuse('both Content-Length and Transfer-Encoding');
    this.contentLength = length;
    return true;
  }

  #coding(bytes: Uint8Array, valueStart: number, lineEnd: number): boolean {
    if (this.contentLength !== -1) return this.#refuse('both Content-Length and Transfer-Encoding');
    if (this.chunked) return this.#refuse('a transfer coding follows chunked');
    this.transferCoded = true;
    const start = skipSpace(bytes, valueStart, lineEnd);
    const end = trimSpace(bytes, start, lineEnd);
    if (isWord(bytes, start, end, CHUNKED)) {
      this.chunked = true;
      return true;
    }
    const codings = listOf(bytes, start, end);
    if (codings.includes('')) return this.#refuse('an empty transfer coding');
    const position = codings.indexOf('chunked');
    if (position !== -1 && position !== codings.length - 1) return this.#refuse('a transfer coding follows chunked');
    this.chunked = position !== -1;
    return true;
  }

  #connection(bytes: Uint8Array, valueStart: number, lineEnd: number): void {
    const start = skipSpace(bytes, valueStart, lineEnd);
    const end = trimSpace(bytes, start, lineEnd);
    if (isWord(bytes, start, end, CLOSE)) this.keepAlive = false;
    else if (isWord(bytes, start, end, KEEP_ALIVE)) this.keepAlive = true;
    else {
      const options = listOf(bytes, start, end);
      if (options.includes('close')) this.keepAlive = false;
      else if (options.includes('keep-alive')) this.keepAlive = true;
    }
  }

  #keepAliveHint(bytes: Uint8Array, valueStart: number, lineEnd: number): void {
    const timeout = listOf(bytes, valueStart, lineEnd).find((part) => part.startsWith('timeout='));
    const seconds = Number(timeout?.slice('timeout='.length));
    if (seconds > 0) this.keepAliveMs = seconds * 1_000;
  }

  #lineEnd(bytes: Uint8Array, at: number, end: number): number {
    if (at >= end) return HEAD_INCOMPLETE;
    if (bytes[at] !== CR) return this.#broken('a control byte in the head');
    if (at + 1 >= end) return HEAD_INCOMPLETE;
    if (bytes[at + 1] !== LF) return this.#broken('a CR without its LF');
    return at + 2;
  }

  #broken(problem: string): number {
    this.problem = problem;
    return HEAD_BROKEN;
  }

  #refuse(problem: string): false {
    this.problem = problem;
    return false;
  }
}

/** The header fields of a head that was parsed, by lower-case name; repeated fields joined by `, `. */
export function readFields(bytes: Uint8Array, start: number, end: number): Record<string, string> {
  return fieldsOf(textOf(bytes, start, end));
}

/** As {@link readFields}, of the text of a head. */
export function fieldsOf(head: string): Record<string, string> {
  const lines = head.split('\r\n');
  const fields: Record<string, string> = Object.create(null);
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon === -1) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    fields[name] = name in fields ? `${fields[name]}, ${value}` : value;
  }
  return fields;
}

/** The values of the Set-Cookie fields in the text of a head, which cannot be joined (RFC 6265 section 3). */
export function setCookiesOf(head: string): string[] {
  return head.split('\r\n').flatMap((line) => /^set-cookie:(.*)$/i.exec(line)?.[1]?.trim() ?? []);
}

/** Whether the bytes are `word` (lower case) in any case. Only for bytes that are tokens. */
function isWord(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (((bytes[start + i] as number) | 0x20) !== word[i]) return false;
  }
  return true;
}

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

function trimSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at - 1] === SPACE || bytes[at - 1] === TAB)) at--;
  return at;
}

function listOf(bytes: Uint8Array, start: number, end: number): string[] {
  const items = textOf(bytes, start, end).toLowerCase().split(',');
  return items.map((item) => item.trim());
}

/** The bytes as latin1, which any byte of a head is. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
