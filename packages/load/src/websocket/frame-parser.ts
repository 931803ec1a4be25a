import { isUtf8 } from 'node:buffer';
import { GrowingBytes } from '../bytes/index.ts';
import {
  BINARY,
  CLOSE,
  CLOSE_NO_CODE,
  CLOSE_PROTOCOL,
  CLOSE_TEXT,
  CLOSE_TOO_LARGE,
  CONTINUATION,
  FIN,
  isCloseCode,
  LENGTH_16,
  LENGTH_64,
  LENGTH_BITS,
  MASK_BIT,
  MAX_CONTROL_BYTES,
  OPCODE_BITS,
  PING,
  PONG,
  RESERVED_BITS,
  TEXT,
} from './frame-format.ts';
import { UTF8_BROKEN, UTF8_WHOLE, utf8After } from './utf8-state.ts';

/** Hears what the frames of a server say. The bytes of a call are valid during it only. */
export interface FrameListener {
  /** A whole message. `bits` are the reserved bits of its first frame; without an extension 0. */
  onMessage(bytes: Buffer, start: number, end: number, isText: boolean, bits: number): void;
  onPing(bytes: Buffer, start: number, end: number): void;
  onPong(bytes: Buffer, start: number, end: number): void;
  /** A Close frame; `code` is 1005 when it has none. Whatever follows it is passed over. */
  onCloseFrame(code: number, reason: string): void;
}

/** Bounds of a {@link FrameParser}. */
export interface FrameParserOptions {
  /** Most bytes of a message, all of its frames together. */
  readonly maxMessageBytes: number;
  /**
   * Reserved bits (of 0x70) that the first frame of a message may carry, as an agreed extension allows: 0x40 for
   * permessage-deflate. The text of a message that carries one is not checked; that is for who undoes the extension.
   */
  readonly extensionBits: number;
}

const AT_OPCODE = 0;
const AT_LENGTH = 1;
const IN_LENGTH = 2;
const IN_PAYLOAD = 3;
const STOPPED = 4;

const NO_MESSAGE = 0;

/**
 * An incremental parser for what a WebSocket server sends (RFC 6455 section 5).
 *
 * A header is read byte by byte into a few numbers, so that it may be cut anywhere and a small frame that lies whole in
 * one read costs neither a copy nor an object: its message is a range of the reader's own buffer. Only what is cut or
 * fragmented is gathered. Text is checked as it comes, so that a wrong byte ends the connection before the rest of a
 * long message is there. Where the stream is cut changes nothing but the moment: the tests cut at every byte.
 */
export class FrameParser {
  /** Why the stream is broken. */
  problem: string = '';
  /** The close code that answers the problem; 0 without one. */
  closeCode: number = 0;
  readonly #listener: FrameListener;
  readonly #options: FrameParserOptions;
  #stage: number = AT_OPCODE;
  #opcode = 0;
  #isLast = false;
  /** Bytes of an extended length still to come. */
  #lengthBytes = 0;
  #lengthFloor = 0;
  /** The length as far as it is known, then the bytes of the payload still to come. */
  #remaining = 0;
  /** Opcode of the message under way. */
  #message = NO_MESSAGE;
  #bits = 0;
  /** Whole again at the end of each text, or the stream is broken. */
  #utf8 = UTF8_WHOLE;
  readonly #gathered: GrowingBytes = new GrowingBytes();
  /** A control frame may stand in between, so it has a place of its own. */
  #control: GrowingBytes | undefined;

  constructor(listener: FrameListener, options: FrameParserOptions) {
    this.#listener = listener;
    this.#options = options;
  }

  /** Takes in the bytes. False when the stream is broken: {@link FrameParser.problem}, {@link FrameParser.closeCode}. */
  push(bytes: Buffer, start: number, end: number): boolean {
    let at = start;
    while (at < end && this.#stage !== STOPPED) {
      if (this.#stage !== IN_PAYLOAD) this.#takeHeader(bytes[at++] as number);
      // Also right after its header: an empty payload has no byte to wait for.
      if (this.#stage === IN_PAYLOAD) at = this.#takePayload(bytes, at, end);
    }
    return this.closeCode === 0;
  }

  /** Whatever comes from now on is passed over. May be called while a listener is. */
  stop(): void {
    this.#stage = STOPPED;
    this.#gathered.clear();
    this.#control = undefined;
  }

  #takeHeader(byte: number): void {
    if (this.#stage === AT_OPCODE) this.#takeOpcode(byte);
    else if (this.#stage === AT_LENGTH) this.#takeLength(byte);
    else this.#takeLengthByte(byte);
  }

  #takeOpcode(first: number): void {
    this.#opcode = first & OPCODE_BITS;
    this.#isLast = (first & FIN) !== 0;
    this.#stage = AT_LENGTH;
    const problem = this.#opcodeProblem(first & RESERVED_BITS);
    if (problem !== '') this.#break(problem);
    else if (this.#opcode === TEXT || this.#opcode === BINARY) {
      this.#message = this.#opcode;
      this.#bits = first & RESERVED_BITS;
    }
  }

  #opcodeProblem(bits: number): string {
    const opcode = this.#opcode;
    const begins = opcode === TEXT || opcode === BINARY;
    if ((bits & ~(begins ? this.#options.extensionBits : 0)) !== 0) return 'a reserved bit is set';
    if (begins) return this.#message === NO_MESSAGE ? '' : 'a message begins within another';
    if (opcode === CONTINUATION) return this.#message === NO_MESSAGE ? 'a continuation of no message' : '';
    if (opcode < CLOSE || opcode > PONG) return `opcode ${opcode} is reserved`;
    return this.#isLast ? '' : 'a control frame is fragmented';
  }

  #takeLength(second: number): void {
    const length = second & LENGTH_BITS;
    if ((second & MASK_BIT) !== 0) this.#break('a frame of a server is masked');
    else if (this.#opcode >= CLOSE && length > MAX_CONTROL_BYTES) this.#break('a control frame is too long');
    else if (length < LENGTH_16) this.#beginPayload(length);
    else {
      this.#remaining = 0;
      this.#lengthBytes = length === LENGTH_64 ? 8 : 2;
      this.#lengthFloor = length === LENGTH_64 ? 0x1_0000 : LENGTH_16;
      this.#stage = IN_LENGTH;
    }
  }

  #takeLengthByte(byte: number): void {
    // Past 2^53 the number is no longer exact, and long since too large.
    this.#remaining = this.#remaining * 256 + byte;
    if (this.#lengthBytes === 8 && byte > 0x7f) this.#break('a length of more than 63 bits');
    else if (--this.#lengthBytes > 0) return;
    else if (this.#remaining < this.#lengthFloor) this.#break('a length in more bytes than it needs');
    else this.#beginPayload(this.#remaining);
  }

  #beginPayload(length: number): void {
    const { maxMessageBytes } = this.#options;
    this.#remaining = length;
    this.#stage = IN_PAYLOAD;
    if (this.#opcode < CLOSE && this.#gathered.length + length > maxMessageBytes) {
      this.#break(`more than ${maxMessageBytes} bytes`, CLOSE_TOO_LARGE);
    }
  }

  /** Takes in what there is of the payload. Returns where it stopped. */
  #takePayload(bytes: Buffer, start: number, end: number): number {
    const stop = Math.min(end, start + this.#remaining);
    this.#remaining -= stop - start;
    const isWhole = this.#remaining === 0;
    // Before any listener is called, since it may stop the parser.
    if (isWhole) this.#stage = AT_OPCODE;
    if (this.#opcode >= CLOSE) this.#takeControl(bytes, start, stop, isWhole);
    else this.#takeData(bytes, start, stop, isWhole && this.#isLast);
    return stop;
  }

  #takeData(bytes: Buffer, start: number, end: number, isComplete: boolean): void {
    if (!this.#isTextSound(bytes, start, end, isComplete)) return;
    if (isComplete && this.#gathered.length === 0) this.#hearMessage(bytes, start, end);
    else {
      this.#gathered.add(bytes, start, end);
      if (!isComplete) return;
      const { bytes: whole, length } = this.#gathered;
      this.#gathered.clear();
      this.#hearMessage(whole, 0, length);
    }
  }

  #isTextSound(bytes: Buffer, start: number, end: number, isComplete: boolean): boolean {
    if (this.#message !== TEXT || this.#bits !== 0) return true;
    this.#utf8 = utf8After(this.#utf8, bytes, start, end);
    if (this.#utf8 === UTF8_BROKEN) this.#break('a message', CLOSE_TEXT);
    else if (isComplete && this.#utf8 !== UTF8_WHOLE) this.#break('a message ends within a character', CLOSE_TEXT);
    else return true;
    return false;
  }

  #hearMessage(bytes: Buffer, start: number, end: number): void {
    const isText = this.#message === TEXT;
    this.#message = NO_MESSAGE;
    this.#listener.onMessage(bytes, start, end, isText, this.#bits);
  }

  #takeControl(bytes: Buffer, start: number, end: number, isWhole: boolean): void {
    if (isWhole && this.#control === undefined) this.#hearControl(bytes, start, end);
    else {
      this.#control ??= new GrowingBytes();
      this.#control.add(bytes, start, end);
      if (!isWhole) return;
      const { bytes: whole, length } = this.#control;
      this.#control = undefined;
      this.#hearControl(whole, 0, length);
    }
  }

  #hearControl(bytes: Buffer, start: number, end: number): void {
    if (this.#opcode === PING) this.#listener.onPing(bytes, start, end);
    else if (this.#opcode === PONG) this.#listener.onPong(bytes, start, end);
    else this.#hearClose(bytes, start, end);
  }

  #hearClose(bytes: Buffer, start: number, end: number): void {
    const code = end - start >= 2 ? bytes.readUInt16BE(start) : CLOSE_NO_CODE;
    if (end - start === 1) this.#break('a Close frame with half a code');
    else if (end > start && !isCloseCode(code)) this.#break(`close code ${code}`);
    else if (!isUtf8(bytes.subarray(start + 2, end))) this.#break('the reason of a Close frame', CLOSE_TEXT);
    else {
      this.stop();
      this.#listener.onCloseFrame(code, bytes.toString('utf8', start + 2, end));
    }
  }

  #break(problem: string, closeCode: number = CLOSE_PROTOCOL): void {
    this.problem = problem;
    this.closeCode = closeCode;
    this.stop();
  }
}
