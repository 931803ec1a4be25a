import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service in this process, for runs over real sockets. */
export interface LocalService extends AsyncDisposable {
  readonly url: string;
  /** Connections accepted so far, the one that looks whether anybody listens among them. */
  readonly connections: number;
  /** Connections open now. */
  readonly open: number;
  /** Closes the listener and all connections. */
  close(): Promise<void>;
}

export async function startService(answer: RequestListener): Promise<LocalService> {
  let connections = 0;
  let open = 0;
  const server = createServer(answer);
  server.on('connection', (socket) => {
    connections++;
    open++;
    socket.on('close', () => open--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    get open() {
      return open;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
