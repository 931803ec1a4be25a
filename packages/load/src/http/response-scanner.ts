/*
 * An incremental scanner for the responses of one HTTP/1.1 connection without pipelining.
 *
 * A load generator reads the same small answers hundreds of thousands of times a second, and must not be fooled by a
 * single bad one. So the common case, a whole head in one read, is parsed in place in one pass without a copy or an
 * object, and a head that repeats an earlier one byte by byte is not even parsed. A head that comes in pieces is
 * gathered (up to `maxHeadBytes`) and parsed from its start with each piece. Parsing is a pure function of the bytes
 * and a broken prefix is broken whatever follows, so neither what came before nor where the network cuts the stream
 * can change the outcome: properties that the tests check, the second one at every split position.
 *
 * How long the body is follows RFC 9112 section 6.3: none after HEAD and for 204 and 304; chunked; Content-Length; else
 * until the connection ends. 1xx responses before the final one are skipped; 101 is refused since nobody asks for an
 * upgrade. Strictness follows the RFC where peers differ: Content-Length beside Transfer-Encoding is refused, as it is
 * how responses get smuggled. Bytes after the end of a response mean that the two sides disagree where it ended;
 * nothing on that connection can be trusted any more.
 */
import { GrowingBytes } from '../bytes/index.ts';
import { CHUNK_BROKEN, ChunkedBody } from './chunked-body.ts';
import type { WireAnswer } from './exchange.ts';
import { KeptBody } from './kept-body.ts';
import { KnownHead } from './known-head.ts';
import { fieldsOf, HEAD_BROKEN, HEAD_INCOMPLETE, ResponseHead, setCookiesOf, textOf } from './response-head.ts';

/** More bytes are needed. */
export const SCAN_MORE: number = 0;
/** The response is whole. */
export const SCAN_COMPLETE: number = 1;
/** The connection cannot be used any more; {@link ResponseScanner.problem} says why. */
export const SCAN_BROKEN: number = 2;

/** The body is longer than it may be. */
export const SCAN_TOO_LONG: number = 3;

const NO_FIELDS: Readonly<Record<string, string>> = Object.freeze({});
const IN_HEAD = 0;
const IN_LENGTH = 1;
const IN_CHUNKS = 2;
const UNTIL_CLOSE = 3;
const ENDED = 4;

/** Bounds of a {@link ResponseScanner}. */
export interface ScannerOptions {
  /** Most bytes of a head, and of one chunk's extensions or of the trailers. */
  readonly maxHeadBytes: number;
  /** Most bytes of a kept body. */
  readonly maxKeptBytes: number;
  /** Most bytes of any body; default: no bound. */
  readonly maxBodyBytes?: number | undefined;
}

/** Scans one response after another: {@link ResponseScanner.start}, then {@link ResponseScanner.push} until it is whole. */
export class ResponseScanner implements WireAnswer {
  /** What the head said; valid once the response is whole. */
  head: ResponseHead = new ResponseHead();
  /** Why the stream is broken. */
  problem: string = '';
  /** Bytes of the body so far, without chunk framing. */
  bodyBytes: number = 0;
  /** Status of the last interim response (1xx) before this one; 0 when none came. */
  interim: number = 0;
  /** Bytes of all of them. */
  interimEnd: number = 0;
  readonly #options: ScannerOptions;
  readonly #chunks: ChunkedBody;
  readonly #maxBodyBytes: number;
  readonly #known: KnownHead = new KnownHead();
  /** Where heads are parsed into. */
  #parsed: ResponseHead = this.head;
  #state: number = ENDED;
  #isHead = false;
  #remaining = 0;
  readonly #pieces: GrowingBytes = new GrowingBytes();
  #keptHead = '';
  /** The head that was read last, and its fields: a service repeats its heads. */
  #readHead = '';
  #fields: Readonly<Record<string, string>> = NO_FIELDS;
  #kept: KeptBody | undefined;

  constructor(options: ScannerOptions) {
    this.#options = options;
    this.#maxBodyBytes = options.maxBodyBytes ?? Number.POSITIVE_INFINITY;
    this.#chunks = new ChunkedBody(options.maxHeadBytes);
  }

  get status(): number {
    return this.head.status;
  }

  /** The head of the final response is there. */
  get hasHead(): boolean {
    return this.#state !== IN_HEAD;
  }

  /** All that came are interim responses. */
  get isInterim(): boolean {
    return this.#state === IN_HEAD && this.interim > 0 && this.interimEnd === this.#pieces.length;
  }

  headers(): Readonly<Record<string, string>> {
    if (this.#kept === undefined) return NO_FIELDS;
    if (this.#readHead !== this.#keptHead) {
      this.#readHead = this.#keptHead;
      this.#fields = Object.freeze(fieldsOf(this.#keptHead));
    }
    return this.#fields;
  }

  setCookies(): readonly string[] {
    if (this.headers()['set-cookie'] === undefined) return [];
    return setCookiesOf(this.#keptHead);
  }

  body(): KeptBody | undefined {
    return this.#kept;
  }

  /** Gets ready for the response to one request. */
  start(isHead: boolean, keepsAnswer: boolean, keepsBody: boolean = true): void {
    this.#state = IN_HEAD;
    this.#isHead = isHead;
    this.#pieces.length = 0;
    this.interim = 0;
    this.interimEnd = 0;
    this.bodyBytes = 0;
    this.#kept = keepsAnswer ? new KeptBody(keepsBody ? this.#options.maxKeptBytes : 0) : undefined;
  }

  /** Takes in the first `length` bytes. Returns one of the `SCAN_` constants. */
  push(bytes: Uint8Array, length: number): number {
    let at = 0;
    if (this.#state === IN_HEAD) {
      at = this.#pieces.length === 0 ? this.#headInPlace(bytes, length) : this.#headInPieces(bytes, length);
      if (at === HEAD_INCOMPLETE) return SCAN_MORE;
      if (at === HEAD_BROKEN) return SCAN_BROKEN;
    }
    if (this.#state !== ENDED) {
      at = this.#bodyFrom(bytes, at, length);
      if (at === CHUNK_BROKEN) return SCAN_BROKEN;
      if (this.bodyBytes > this.#maxBodyBytes) return this.#tooLong();
      if (this.#state !== ENDED) return SCAN_MORE;
    }
    if (at === length) return SCAN_COMPLETE;
    this.problem = 'bytes after the end of the response';
    return SCAN_BROKEN;
  }

  /** The connection was ended in order. Returns whether that completes the response. */
  end(): number {
    const completes = this.#state === UNTIL_CLOSE;
    this.#state = ENDED;
    if (completes) return SCAN_COMPLETE;
    this.problem = 'the connection ended before the response';
    return SCAN_BROKEN;
  }

  #headInPlace(bytes: Uint8Array, length: number): number {
    const known = this.#known.match(bytes, length);
    if (known > 0) {
      this.head = this.#known.head;
      this.#beginBody(bytes, 0, known);
      return known;
    }
    const at = this.#finalHead(bytes, length);
    if (at === HEAD_INCOMPLETE) this.#pieces.add(bytes, 0, length);
    return at;
  }

  /** Adds what may belong to the head to the pieces and parses them again. Returns where the head ends in `bytes`. */
  #headInPieces(bytes: Uint8Array, length: number): number {
    const before = this.#pieces.length;
    this.#pieces.add(bytes, 0, Math.min(length, this.#options.maxHeadBytes - before));
    const at = this.#finalHead(this.#pieces.bytes, this.#pieces.length);
    return at < 0 ? at : at - before;
  }

  /** Parses up to the end of the final head, past 1xx responses; the bound holds for all of them together. */
  #finalHead(bytes: Uint8Array, length: number): number {
    const { maxHeadBytes } = this.#options;
    const head = this.#parsed;
    let start = 0;
    for (;;) {
      const at = head.parse(bytes, start, length);
      if (at === HEAD_BROKEN) return this.#broken(head.problem);
      if (at === HEAD_INCOMPLETE) return length < maxHeadBytes ? at : this.#broken('the head is too large');
      if (at > maxHeadBytes) return this.#broken('the head is too large');
      if (head.status === 101) return this.#broken('switches protocols unasked');
      if (head.status >= 200) {
        this.head = head;
        this.#beginBody(bytes, start, at);
        if (start === 0) this.#parsed = this.#known.learn(bytes, at, head);
        return at;
      }
      this.interim = head.status;
      this.interimEnd = at;
      start = at;
    }
  }

  #beginBody(bytes: Uint8Array, headStart: number, headEnd: number): void {
    if (this.#kept !== undefined) {
      this.#keptHead = textOf(bytes, headStart, headEnd);
      if (this.head.contentCoded) this.#kept.coding = this.headers()['content-encoding'];
    }
    this.#state = this.#bodyState();
  }

  #bodyState(): number {
    const { head } = this;
    if (this.#isHead || head.status === 204 || head.status === 304) return ENDED;
    if (head.chunked) {
      this.#chunks.start();
      return IN_CHUNKS;
    }
    if (head.contentLength >= 0) {
      this.#remaining = head.contentLength;
      return this.#remaining === 0 ? ENDED : IN_LENGTH;
    }
    return UNTIL_CLOSE;
  }

  /** Takes in body bytes. Returns where it stopped, or {@link CHUNK_BROKEN}. */
  #bodyFrom(bytes: Uint8Array, start: number, length: number): number {
    if (this.#state === IN_CHUNKS) {
      const at = this.#chunks.push(bytes, start, length, this.#kept);
      this.bodyBytes = this.#chunks.bytes;
      if (at === CHUNK_BROKEN) this.problem = this.#chunks.problem;
      else if (this.#chunks.done) this.#state = ENDED;
      return at;
    }
    const stop = this.#state === UNTIL_CLOSE ? length : Math.min(length, start + this.#remaining);
    this.#kept?.add(bytes, start, stop);
    this.bodyBytes += stop - start;
    if (this.#state === IN_LENGTH) {
      this.#remaining -= stop - start;
      if (this.#remaining === 0) this.#state = ENDED;
    }
    return stop;
  }

  #tooLong(): number {
    this.problem = `the body is longer than maxBodyBytes, ${this.#maxBodyBytes}`;
    return SCAN_TOO_LONG;
  }

  #broken(problem: string): number {
    this.problem = problem;
    return HEAD_BROKEN;
  }
}
