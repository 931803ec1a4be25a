import { createServer, type Socket } from 'node:net';
import process from 'node:process';

/** Told to the parent once the server listens. */
export interface TestServerReady {
  readonly port: number;
}

/**
 * A server in a process of its own whose truth is known. `/delay/20` is answered after 20 ms, and says in `x-held-us`
 * for how long it really was held; `/slot` is one of `perSecond` answers a second, in the order of arrival; all else is
 * answered at once. Started with `perSecond` as its argument.
 */
const slotMs = 1_000 / Number(process.argv[2]);
const waiting: { readonly socket: Socket; readonly dueAt: number }[] = [];
let lastSlotAt = Number.NEGATIVE_INFINITY;

function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function answer(socket: Socket, path: string, askedAt: number): void {
  const delayMs = path.startsWith('/delay/') ? Number(path.slice('/delay/'.length)) : undefined;
  if (delayMs !== undefined) setTimeout(() => write(socket, heldField(askedAt)), delayMs);
  else if (path === '/slot') takeSlot(socket, askedAt);
  else write(socket, '');
}

function heldField(askedAt: number): string {
  return `x-held-us: ${Math.round((now() - askedAt) * 1_000)}\r\n`;
}

function write(socket: Socket, field: string): void {
  if (socket.writable) socket.write(`HTTP/1.1 200 OK\r\n${field}Content-Length: 0\r\n\r\n`);
}

/** A slot is due one interval after the one before, so a late timer loses no capacity while requests wait. */
function takeSlot(socket: Socket, askedAt: number): void {
  lastSlotAt = Math.max(askedAt, lastSlotAt + slotMs);
  waiting.push({ socket, dueAt: lastSlotAt });
  if (waiting.length === 1) setTimeout(releaseDue, 1);
}

function releaseDue(): void {
  const at = now();
  const rest = waiting.findIndex(({ dueAt }) => dueAt > at);
  const due = waiting.splice(0, rest === -1 ? waiting.length : rest);
  if (waiting.length > 0) setTimeout(releaseDue, 1);
  for (const { socket } of due) write(socket, '');
}

const server = createServer({ noDelay: true }, (socket) => {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (part: string) => {
    const askedAt = now();
    text += part;
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
      answer(socket, text.split(' ', 2)[1] ?? '', askedAt);
      text = text.slice(end + 4);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port } satisfies TestServerReady);
});
process.on('disconnect', () => process.exit());
