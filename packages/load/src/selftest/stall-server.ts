import { createServer, type Socket } from 'node:net';
import process from 'node:process';

/** Told to the parent once the server listens. */
export interface StallServerReady {
  readonly port: number;
}

/** Told to the parent when it asks: when each request was answered, in monotonic milliseconds, by the number in its path. */
export interface StallServerStamps {
  readonly releasedAtMs: readonly (number | null)[];
}

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/*
 * A server in a process of its own that stands still once, as a long garbage collection or a stopped container does:
 * `stallAtMs` after its first request it blocks for `stallMs`. It writes down when it answered each request, so that
 * what a load generator measured can be held against what happened. Started with both times as arguments.
 */
const [stallAtMs, stallMs] = process.argv.slice(2).map(Number) as [number, number];
const releasedAtMs: (number | null)[] = [];
let isStarted = false;

function answer(socket: Socket, head: string): void {
  if (!isStarted) {
    isStarted = true;
    setTimeout(stall, stallAtMs);
  }
  const index = Number(head.slice('GET /'.length, head.indexOf(' HTTP/')));
  while (releasedAtMs.length <= index) releasedAtMs.push(null);
  releasedAtMs[index] = Number(process.hrtime.bigint()) / 1e6;
  socket.write(ANSWER);
}

function stall(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs);
}

const server = createServer({ noDelay: true }, (socket) => {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (part: string) => {
    text += part;
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
      answer(socket, text);
      text = text.slice(end + 4);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    process.send?.({ port: address.port } satisfies StallServerReady);
});
process.on('message', () => process.send?.({ releasedAtMs } satisfies StallServerStamps));
process.on('disconnect', () => process.exit());
