import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxyAddress } from './proxy-address.ts';

const PATIENCE_MS = 5_000;

/** What a socket has seen, as it happens. */
export class Witness {
  readonly socket: Socket;
  readonly chunks: Buffer[] = [];
  ended = false;
  closed = false;
  error: string | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.error = error.code;
    });
    socket.on('close', () => {
      this.closed = true;
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }
}

/** A server that is closed, with all its connections, at the end of its block. */
export interface Peer extends AsyncDisposable {
  readonly address: ProxyAddress;
  /** What its connections have seen, in order of arrival. */
  readonly witnesses: Witness[];
}

/** Starts a server on `where` (default a free port); `handle` gets each connection. */
export async function startPeer(
  handle: (socket: Socket) => void = () => {},
  where: ProxyAddress = { host: '127.0.0.1', port: 0 },
): Promise<Peer> {
  const witnesses: Witness[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    witnesses.push(new Witness(socket));
    handle(socket);
  });
  await once(server.listen(where), 'listening');
  const bound = server.address();
  const address = typeof bound === 'object' && bound !== null ? { host: '127.0.0.1', port: bound.port } : where;
  return {
    address,
    witnesses,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const { socket } of witnesses) socket.destroy();
      await closed;
    },
  };
}

/** Sends everything back; keeps its side open until the client ends. */
export function startEcho(where?: ProxyAddress): Promise<Peer> {
  return startPeer((socket) => socket.pipe(socket), where);
}

/** Connects, and watches. The socket is destroyed at the end of its block. */
export function dial(address: ProxyAddress): Witness & Disposable {
  const witness = new Witness(connect({ ...address, allowHalfOpen: true }));
  return Object.assign(witness, { [Symbol.dispose]: () => void witness.socket.destroy() });
}

/** Waits until `condition` holds, a few seconds at most. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const givenUpAt = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > givenUpAt) throw new Error(`waited in vain until ${what}`);
    await sleep(1);
  }
}

/** Time enough for what must not happen to have happened. */
export function aMoment(): Promise<void> {
  return sleep(25);
}

/** A folder for Unix sockets, removed at the end of its block. */
export function socketFolder(): Disposable & { path(name: string): string } {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  return {
    path: (name) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
