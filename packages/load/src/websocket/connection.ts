import type { Socket } from 'node:net';
import type { Clock, Random } from 'millrace/core';
import { LOAD_ERRORS } from '../errors.ts';
import { failureOf, type ReadTarget } from '../http/index.ts';
import { WEBSOCKET_ERRORS, type WebSocketErrorCode } from './errors.ts';
import type { FrameEncoder } from './frame-encoder.ts';
import {
  BINARY,
  CLOSE,
  CLOSE_ABNORMAL,
  CLOSE_NO_CODE,
  CLOSE_NORMAL,
  CLOSE_TEXT,
  CLOSE_TOO_LARGE,
  isCloseCode,
  MAX_CONTROL_BYTES,
  PING,
  PONG,
  TEXT,
} from './frame-format.ts';
import { type FrameListener, FrameParser } from './frame-parser.ts';
import { UpgradeAnswer, upgradeKey } from './upgrade.ts';
import type {
  WebSocketClosure,
  WebSocketConnection,
  WebSocketFailure,
  WebSocketListener,
} from './web-socket-connection.ts';

/** What all connections of a client share. */
export interface ConnectionGround {
  /** As errors name it. */
  readonly target: string;
  readonly isSecure: boolean;
  readonly protocols: readonly string[];
  readonly connectTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly pongTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly maxBufferedBytes: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly encoder: FrameEncoder;
  /** Where reads go; each read is taken in at once. */
  readonly buffer: Buffer;
  connect(onread: ReadTarget): Socket;
  /** The connection is closed; its listener has not heard of it yet. */
  forget(connection: ClientConnection): void;
}

const NO_EXTENSION_BITS = 0;
const ERROR_OF_CODE: Readonly<Record<number, WebSocketErrorCode>> = {
  [CLOSE_TEXT]: 'MILLRACE_WEBSOCKET_TEXT_INVALID',
  [CLOSE_TOO_LARGE]: 'MILLRACE_WEBSOCKET_MESSAGE_TOO_LARGE',
};

/** One connection: upgrade, frames both ways, the closing handshake (RFC 6455 sections 4 to 7). */
export class ClientConnection implements WebSocketConnection, FrameListener {
  state: WebSocketConnection['state'] = 'connecting';
  protocol: string = '';
  setCookies: readonly string[] = [];
  /** When what it waits for has taken too long, in clock milliseconds. */
  deadline: number;
  readonly #ground: ConnectionGround;
  readonly #listener: WebSocketListener;
  readonly #socket: Socket;
  #parser: FrameParser | undefined;
  #upgrade: UpgradeAnswer | undefined;
  #connected = false;
  #heardClose = false;
  #saidClose = false;
  #isGivenUp = false;
  #code = CLOSE_ABNORMAL;
  #reason = '';
  #failure: WebSocketFailure | undefined;

  /** @param request the upgrade as {@link encodeUpgrade} writes it. */
  constructor(ground: ConnectionGround, listener: WebSocketListener, request: string) {
    this.#ground = ground;
    this.#listener = listener;
    this.deadline = ground.clock.now() + ground.connectTimeoutMs;
    const { buffer, isSecure } = ground;
    this.#socket = ground.connect({ buffer, callback: (length) => this.#read(buffer, length) });
    this.#socket.once(isSecure ? 'secureConnect' : 'connect', () => this.#begin(request));
    this.#socket.on('end', () => this.#lose(undefined));
    this.#socket.on('error', (error) => this.#lose(error));
    this.#socket.on('close', () => this.#end());
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  send(message: string | Uint8Array): boolean {
    return this.state === 'open' && this.#write(typeof message === 'string' ? TEXT : BINARY, message);
  }

  ping(payload: string | Uint8Array = ''): boolean {
    checkControlLength('payload', payload, MAX_CONTROL_BYTES);
    if (this.state !== 'open' || !this.#write(PING, payload)) return false;
    const { clock, pongTimeoutMs } = this.#ground;
    this.deadline = Math.min(this.deadline, clock.now() + pongTimeoutMs);
    return true;
  }

  close(code: number = CLOSE_NORMAL, reason = ''): void {
    if (!isCloseCode(code) || !Number.isInteger(code)) {
      const allowed = '1000 to 1014 but 1004 to 1006, or 3000 to 4999';
      throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option: 'code', value: code, allowed });
    }
    checkControlLength('reason', reason, MAX_CONTROL_BYTES - 2);
    if (this.state === 'connecting') this.destroy();
    if (this.state === 'open') this.#sayClose(code, reason);
  }

  destroy(): void {
    this.#isGivenUp = true;
    this.#parser?.stop();
    if (this.state !== 'closed') this.state = 'closing';
    this.#socket.destroy();
  }

  /** What it waited for did not come in time. */
  expire(): void {
    const { connectTimeoutMs, closeTimeoutMs, pongTimeoutMs } = this.#ground;
    if (this.state === 'connecting') this.#late('upgrade', 'connectTimeoutMs', connectTimeoutMs);
    else if (this.state === 'open') this.#late('Pong', 'pongTimeoutMs', pongTimeoutMs);
    // A peer that said Close and keeps the connection has nothing more to say.
    else if (this.#heardClose || this.#failure !== undefined) this.#socket.destroy();
    else this.#late('Close frame', 'closeTimeoutMs', closeTimeoutMs);
  }

  onMessage(bytes: Buffer, start: number, end: number, isText: boolean): void {
    this.#listener.message(this, bytes, start, end, isText);
  }

  onPing(bytes: Buffer, start: number, end: number): void {
    // When too much is waiting already the answer is left out: the RFC allows to answer the latest only.
    if (this.state === 'open') this.#write(PONG, bytes.subarray(start, end));
  }

  onPong(bytes: Buffer, start: number, end: number): void {
    if (this.state === 'open') this.deadline = Number.POSITIVE_INFINITY;
    this.#listener.pong?.(this, bytes, start, end);
  }

  onCloseFrame(code: number, reason: string): void {
    this.#heardClose = true;
    if (this.#saidClose) return;
    this.#sayClose(code, '');
    this.#reason = reason;
  }

  #begin(request: string): void {
    this.#connected = true;
    this.#socket.setNoDelay(true);
    const { random, protocols } = this.#ground;
    const key = upgradeKey(random);
    this.#upgrade = new UpgradeAnswer(key, protocols);
    this.#listener.connected?.(this);
    this.#socket.write(`${request}Sec-WebSocket-Key: ${key}\r\n\r\n`, 'latin1');
  }

  #read(buffer: Buffer, length: number): boolean {
    if (this.#parser !== undefined) this.#parse(buffer, 0, length);
    else if (this.state === 'connecting' && this.#upgrade?.push(buffer, 0, length)) this.#judge(this.#upgrade);
    return true;
  }

  #judge(upgrade: UpgradeAnswer): void {
    this.#upgrade = undefined;
    const { status, problem, received, headEnd } = upgrade;
    const { target } = this.#ground;
    this.setCookies = upgrade.setCookies;
    if (problem !== '') {
      const error = WEBSOCKET_ERRORS.create('MILLRACE_WEBSOCKET_UPGRADE_INVALID', { target, reason: problem });
      this.#fail({ kind: 'protocol', error });
    } else if (status === 101) {
      this.#open(upgrade.protocol);
      this.#parse(received.bytes, headEnd, received.length);
    } else {
      const error = WEBSOCKET_ERRORS.create('MILLRACE_WEBSOCKET_UPGRADE_REFUSED', { target, status });
      this.#fail({ kind: 'status', error });
    }
  }

  #open(protocol: string): void {
    const { maxMessageBytes } = this.#ground;
    this.state = 'open';
    this.protocol = protocol;
    this.deadline = Number.POSITIVE_INFINITY;
    this.#parser = new FrameParser(this, { maxMessageBytes, extensionBits: NO_EXTENSION_BITS });
    this.#listener.opened?.(this);
  }

  #parse(bytes: Buffer, start: number, end: number): void {
    const parser = this.#parser as FrameParser;
    if (parser.push(bytes, start, end) || this.#failure !== undefined) return;
    const code = ERROR_OF_CODE[parser.closeCode] ?? 'MILLRACE_WEBSOCKET_FRAME_INVALID';
    const error = WEBSOCKET_ERRORS.create(code, { target: this.#ground.target, reason: parser.problem });
    if (!this.#saidClose) this.#sayClose(parser.closeCode, '');
    this.#failure = { kind: 'protocol', error };
    this.#socket.destroySoon();
  }

  #write(opcode: number, payload: string | Uint8Array): boolean {
    const { encoder, maxBufferedBytes } = this.#ground;
    const frame = encoder.encode(opcode, payload);
    const waiting = this.#socket.writableLength;
    if (waiting > 0 && waiting + frame.length > maxBufferedBytes) return false;
    this.#socket.write(frame);
    if (this.#socket.writableLength > 0) encoder.release();
    return true;
  }

  #sayClose(code: number, reason: string): void {
    const { clock, closeTimeoutMs, encoder } = this.#ground;
    const payload = Buffer.alloc(code === CLOSE_NO_CODE ? 0 : 2 + Buffer.byteLength(reason));
    if (payload.length > 0) payload.writeUInt16BE(code);
    if (reason !== '') payload.write(reason, 2);
    // Goes out whatever is waiting: it is the last frame.
    this.#socket.write(encoder.encode(CLOSE, payload));
    encoder.release();
    this.#saidClose = true;
    this.#code = code;
    this.#reason = reason;
    this.state = 'closing';
    this.deadline = clock.now() + closeTimeoutMs;
  }

  #late(what: string, option: string, timeoutMs: number): void {
    const context = { target: this.#ground.target, what, option, timeoutMs };
    this.#fail({ kind: 'timeout', error: WEBSOCKET_ERRORS.create('MILLRACE_WEBSOCKET_TIMEOUT', context) });
  }

  #fail(failure: WebSocketFailure): void {
    this.#failure ??= failure;
    this.destroy();
  }

  /** The socket failed, or ended before the closing handshake was through. */
  #lose(cause: NodeJS.ErrnoException | undefined): void {
    if (this.#isGivenUp || this.#failure !== undefined || (this.#heardClose && this.#saidClose)) return;
    const { kind, reason } = failureOf(cause, this.#connected);
    const code = this.#connected ? 'MILLRACE_WEBSOCKET_CONNECTION_LOST' : 'MILLRACE_WEBSOCKET_CONNECT_FAILED';
    const error = WEBSOCKET_ERRORS.create(code, { target: this.#ground.target, reason }, cause);
    this.#fail({ kind: kind as WebSocketFailure['kind'], error });
  }

  #end(): void {
    const clean = this.#heardClose && this.#saidClose;
    this.#lose(undefined);
    this.state = 'closed';
    this.#ground.forget(this);
    const closure: WebSocketClosure = { code: this.#code, reason: this.#reason, clean };
    this.#listener.closed(this, this.#failure === undefined ? closure : { ...closure, failure: this.#failure });
  }
}

function checkControlLength(option: string, payload: string | Uint8Array, most: number): void {
  if (payload.length <= most && Buffer.byteLength(payload) <= most) return;
  const value = `${Buffer.byteLength(payload)} bytes`;
  throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option, value, allowed: `at most ${most} bytes` });
}
