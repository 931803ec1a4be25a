import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer as it came over the socket. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Writes a request line by line, as no client would, and leaves the connection open. */
export async function writeRaw(port: number, lines: readonly string[]): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${[lines[0], 'host: service', 'connection: close', ...lines.slice(1)].join('\r\n')}\r\n\r\n`, 'latin1');
  return socket;
}

/** Sends a request line by line, and reads all that comes until the service closes the connection. */
export async function sendRaw(port: number, ...lines: readonly string[]): Promise<RawAnswer> {
  const socket = await writeRaw(port, lines);
  let text = '';
  for await (const chunk of socket.setEncoding('latin1')) text += chunk;
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), head, body: rest.join('\r\n\r\n') };
}
