import type { MillraceError } from 'millrace/core';
import type { ErrorClass } from '../result/index.ts';
import type { WebSocketErrorCode } from './errors.ts';

/** Why a connection did not open, or did not close in order. */
export interface WebSocketFailure {
  /** As the figures of a run count it. `status`: the upgrade was refused. */
  readonly kind: Extract<ErrorClass, 'timeout' | 'connect' | 'reset' | 'protocol' | 'status' | 'client'>;
  readonly error: MillraceError<WebSocketErrorCode>;
}

/** How a connection ended. */
export interface WebSocketClosure {
  /**
   * The code of the Close frame that began the end, the peer's or ours: 1005 when it had none, 1006 when the
   * connection ended without one (RFC 6455 section 7.1.5).
   */
  readonly code: number;
  readonly reason: string;
  /** Both sides sent their Close frame. */
  readonly clean: boolean;
  /** Absent when the connection ended in order, or by `destroy()`. */
  readonly failure?: WebSocketFailure;
}

/** Hears what becomes of one connection. Its methods are called from the read itself and must not throw. */
export interface WebSocketListener {
  /** The connection is there, TLS included, and the upgrade is being written. */
  connected?(socket: WebSocketConnection): void;
  /** The upgrade is accepted; messages may be sent. */
  opened?(socket: WebSocketConnection): void;
  /**
   * A whole message: `bytes` from `start` to `end`, valid during the call only (`bytes.toString('utf8', start, end)`
   * keeps a text, which has been checked). No object is made for it.
   */
  message(socket: WebSocketConnection, bytes: Buffer, start: number, end: number, isText: boolean): void;
  /** A Pong came, asked for or not. The bytes are valid during the call only. */
  pong?(socket: WebSocketConnection, bytes: Buffer, start: number, end: number): void;
  /** The connection is closed: exactly one call, also when it never opened. */
  closed(socket: WebSocketConnection, closure: WebSocketClosure): void;
}

/** One WebSocket connection of a {@link WebSocketClient}. */
export interface WebSocketConnection {
  readonly state: 'connecting' | 'open' | 'closing' | 'closed';
  /** The subprotocol that the server chose; empty for none. */
  readonly protocol: string;
  /** The values of the Set-Cookie fields of the answer to the upgrade, one that refuses it too; none before it came. */
  readonly setCookies: readonly string[];
  /** Bytes of frames that the system has not taken yet. Grows when the peer reads too slowly. */
  readonly bufferedBytes: number;
  /**
   * Sends a text or a binary message in one frame. False, and nothing is sent, while the connection is not open or
   * `maxBufferedBytes` are waiting; a message that finds nothing waiting may be larger than that.
   */
  send(message: string | Uint8Array): boolean;
  /**
   * Sends a Ping of 0 to 125 bytes; the connection fails when no Pong comes within `pongTimeoutMs`. False as for `send`.
   * @throws MILLRACE_LOAD_OPTION_INVALID
   */
  ping(payload?: string | Uint8Array): boolean;
  /**
   * Begins the closing handshake: sends a Close frame and waits up to `closeTimeoutMs` for the peer's. Before the
   * connection is open, and once it closes, `destroy()` is what counts: then it ends at once, or goes on ending.
   * @param code 1000 (default) to 1014 but 1004 to 1006, or 3000 to 4999.
   * @param reason at most 123 bytes of UTF-8; default empty.
   * @throws MILLRACE_LOAD_OPTION_INVALID
   */
  close(code?: number, reason?: string): void;
  /** Ends the connection at once, without a word to the peer. */
  destroy(): void;
}
