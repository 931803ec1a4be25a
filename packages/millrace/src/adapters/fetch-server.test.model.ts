import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A handler of web requests; Hono is given what its own server for Node gives it. */
export type FetchHandler = (
  request: Request,
  env: { readonly incoming: IncomingMessage },
) => Response | Promise<Response>;

/** Serves web requests over sockets, as frameworks' own servers do: who hangs up aborts the request. */
export async function serveFetch(handle: FetchHandler): Promise<Server> {
  const server = createServer((incoming, outgoing) => void answer(handle, incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function answer(handle: FetchHandler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => outgoing.writableFinished || gone.abort());
  const headers = new Headers();
  const { rawHeaders, method = 'GET', url = '/' } = incoming;
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  const request = new Request(`http://service${url}`, { method, headers, signal: gone.signal });
  // What is thrown and is no error of its own a server answers so.
  const response = await Promise.resolve()
    .then(() => handle(request, { incoming }))
    .catch(() => Response.json({}, { status: 500 }));
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(new Uint8Array(await response.arrayBuffer()));
}
