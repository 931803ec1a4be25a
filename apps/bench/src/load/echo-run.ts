import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { createWebSocketClient } from '@millrace/load/websocket';
import { WebSocket } from 'ws';
import { countCost } from './cost.ts';

/**
 * One closed run of echoes in a fresh process: `echo-run.ts own|ws|bare URL MILLISECONDS`. Every connection has one
 * message on its way. The bare client only counts the bytes that come in: what Node's own sockets can do. Prints the round trips once all connections are open, and the CPU they took.
 */
const CONNECTIONS = 64;
const MESSAGE = 'x'.repeat(32);
const [client = '', url = '', durationMs = ''] = process.argv.slice(2);

let trips = 0;
let waiting = CONNECTIONS;
let cost = countCost();
let ends = Number.POSITIVE_INFINITY;

/** Whether the connection that just opened was the last one. */
function isReady(): boolean {
  waiting--;
  if (waiting > 0) return false;
  cost = countCost();
  ends = performance.now() + Number(durationMs);
  return true;
}

function countTrip(): void {
  trips++;
  // Each looks at the clock as often as the other.
  if ((trips & 63) !== 0 || performance.now() < ends) return;
  console.log(JSON.stringify({ requests: trips, ...cost() }));
  process.exit(0);
}

function runOwn(): void {
  const own = createWebSocketClient({ url });
  const sockets = Array.from({ length: CONNECTIONS }, () =>
    own.open({
      opened: () => {
        if (isReady()) for (const socket of sockets) socket.send(MESSAGE);
      },
      message: (socket) => {
        countTrip();
        socket.send(MESSAGE);
      },
      closed: (_socket, { code }) => fail(code),
    }),
  );
}

function runWs(): void {
  const sockets = Array.from({ length: CONNECTIONS }, () => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('open', () => {
      if (isReady()) for (const each of sockets) each.send(MESSAGE);
    });
    socket.on('message', () => {
      countTrip();
      socket.send(MESSAGE);
    });
    socket.on('close', fail);
    return socket;
  });
}

/** Sends the same masked frame again and again, and takes every so many bytes for an answer to it. */
function runBare(): void {
  const { hostname, port } = new URL(url);
  // The mask is zero: one frame serves all, and the server has as much to do with it.
  const frame = Buffer.concat([Buffer.from([0x81, 0x80 | MESSAGE.length, 0, 0, 0, 0]), Buffer.from(MESSAGE)]);
  const answerLength = 2 + MESSAGE.length;
  const buffer = Buffer.alloc(64 * 1_024);
  const sockets = Array.from({ length: CONNECTIONS }, () => {
    let isOpen = false;
    let arrived = 0;
    const take = (bytes: number): boolean => {
      if (!isOpen) {
        isOpen = true;
        if (isReady()) for (const each of sockets) each.write(frame);
        return true;
      }
      arrived += bytes;
      if (arrived < answerLength) return true;
      arrived -= answerLength;
      countTrip();
      socket.write(frame);
      return true;
    };
    const socket = connect({ host: hostname, port: Number(port), noDelay: true, onread: { buffer, callback: take } });
    socket.on('close', () => fail(1_006));
    socket.write(
      `GET / HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    return socket;
  });
}

function fail(code: number): never {
  throw new Error(`a connection ended with code ${code}`);
}

const CLIENTS: Readonly<Record<string, () => void>> = { own: runOwn, ws: runWs, bare: runBare };
CLIENTS[client]?.();
