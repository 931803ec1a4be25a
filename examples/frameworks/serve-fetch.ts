import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Answers web requests. */
type FetchHandler = (request: Request, env: { readonly incoming: IncomingMessage }) => Response | Promise<Response>;

/** Serves GET over `node:http`, as the servers of frameworks do, and says by which port. */
export async function serveFetch(handle: FetchHandler, port: number): Promise<number> {
  const server = createServer((incoming, outgoing) => {
    answer(handle, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function answer(handle: FetchHandler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => outgoing.writableFinished || gone.abort());
  const headers = new Headers();
  const { rawHeaders, method = 'GET', url = '/', socket } = incoming;
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  // As a proxy does: what the client says of itself is appended to, and only the last entry counts.
  headers.append('x-forwarded-for', socket.remoteAddress ?? '');
  const request = new Request(`http://127.0.0.1${url}`, { method, headers, signal: gone.signal });
  const { status, headers: given, body } = await handle(request, { incoming });
  outgoing.writeHead(status, [...given].flat());
  await pipeline(Readable.fromWeb(body ?? new ReadableStream({ start: (none) => none.close() })), outgoing);
}
