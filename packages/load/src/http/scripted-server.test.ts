import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';

/** One request that reached the scripted server. */
export interface ScriptedRequest {
  readonly socket: Socket;
  /** Which connection, from 0. */
  readonly connection: number;
  /** Which request on it, from 0. */
  readonly request: number;
  readonly head: string;
  readonly body: string;
}

/** A server on raw TCP that answers with whatever bytes the test wants. */
export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections open now. */
  readonly open: number;
  /** Closes the listener and all connections. */
  close(): Promise<void>;
}

/** Starts one. `answer` runs for each whole request, or, with `onHead`, as soon as the head is there. */
export async function startScripted(
  answer: (request: ScriptedRequest) => void,
  options: { readonly onHead?: boolean; readonly host?: string; readonly tls?: { cert: string; key: string } } = {},
): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const accept = (socket: Socket): void => {
    const connection = connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    readRequests(socket, connection, answer, options.onHead === true);
  };
  const { host = '127.0.0.1', tls } = options;
  const server: Server = tls === undefined ? createServer({ noDelay: true }, accept) : createSecureServer(tls, accept);
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((done) => server.close(done));
  };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readRequests(
  socket: Socket,
  connection: number,
  answer: (request: ScriptedRequest) => void,
  onHead: boolean,
): void {
  let text = '';
  let request = 0;
  socket.setEncoding('latin1');
  socket.on('data', (part: string) => {
    text += part;
    for (;;) {
      const headEnd = text.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const head = text.slice(0, headEnd);
      const length = onHead ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const end = headEnd + 4 + length;
      if (text.length < end) return;
      const body = text.slice(headEnd + 4, end);
      text = text.slice(end);
      answer({ socket, connection, request: request++, head, body });
    }
  });
}

/** A response with a length. */
export function respond(body: string, head = 'HTTP/1.1 200 OK'): string {
  return `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
