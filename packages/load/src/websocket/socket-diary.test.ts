import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { acceptOf } from './upgrade.ts';
import type { WebSocketClosure, WebSocketConnection, WebSocketListener } from './web-socket-connection.ts';

/** A listener that writes down what it hears. */
export class Diary implements WebSocketListener {
  readonly lines: string[] = [];
  readonly opening: PromiseWithResolvers<WebSocketConnection> = Promise.withResolvers();
  readonly closing: PromiseWithResolvers<WebSocketClosure> = Promise.withResolvers();
  onMessage: (socket: WebSocketConnection, text: string) => void = () => {};

  opened(socket: WebSocketConnection): void {
    this.lines.push('opened');
    this.opening.resolve(socket);
  }

  message(socket: WebSocketConnection, bytes: Buffer, start: number, end: number, isText: boolean): void {
    const text = bytes.toString(isText ? 'utf8' : 'hex', start, end);
    this.lines.push(`${isText ? 'text' : 'binary'} ${text.length > 40 ? text.length : text}`);
    this.onMessage(socket, text);
  }

  pong(_socket: WebSocketConnection, bytes: Buffer, start: number, end: number): void {
    this.lines.push(`pong ${bytes.toString('utf8', start, end)}`);
  }

  closed(_socket: WebSocketConnection, closure: WebSocketClosure): void {
    const { code, reason, clean, failure } = closure;
    this.lines.push(`closed ${code} ${reason} ${clean} ${failure?.kind} ${failure?.error.code}`);
    this.closing.resolve(closure);
  }
}

/** A server on raw TCP that accepts every upgrade and then does what the test wants. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  readonly sockets: readonly Socket[];
}

/** Starts one. `serve` gets each socket once its request is there; `key` is the one of the request. */
export async function startRaw(serve: (socket: Socket, key: string) => void): Promise<RawServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', (head: Buffer) => serve(socket, /Key: (\S+)/.exec(head.toString())?.[1] ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** The answer that accepts the upgrade. */
export function acceptance(key: string): string {
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`;
}
