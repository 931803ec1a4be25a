import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';

/** A server that is there takes a new connection within this time, on a busy machine too. */
export const CONNECT_TIMEOUT_MS = 2_000;

/** A client whose silence can be heard, and which can be broken at once. */
export class AudibleClient extends Client {
  /** The server's process behind it. */
  declare readonly processID: number;
  readonly #socket: Socket;

  constructor(config?: ClientConfig) {
    const socket = new Socket();
    super({ ...config, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, stream: () => socket });
    this.#socket = socket;
  }

  get bytesHeard(): number {
    return this.#socket.bytesRead;
  }

  /** What it owes is rejected. */
  break(): void {
    this.#socket.destroy();
  }
}
