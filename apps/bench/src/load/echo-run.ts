import { createWebSocketClient } from '@millrace/load';
import { WebSocket } from 'ws';

/**
 * One closed run of echoes in a fresh process: `echo-run.ts own|ws URL MILLISECONDS`. Every connection has one message
 * on its way. Prints the round trips once all connections are open, and the CPU they took.
 */
const CONNECTIONS = 64;
const MESSAGE = 'x'.repeat(32);
const [client = '', url = '', durationMs = ''] = process.argv.slice(2);

let trips = 0;
let waiting = CONNECTIONS;
let began = process.cpuUsage();
let ends = Number.POSITIVE_INFINITY;

/** Whether the connection that just opened was the last one. */
function isReady(): boolean {
  waiting--;
  if (waiting > 0) return false;
  began = process.cpuUsage();
  ends = performance.now() + Number(durationMs);
  return true;
}

function countTrip(): void {
  trips++;
  // Each looks at the clock as often as the other.
  if ((trips & 63) !== 0 || performance.now() < ends) return;
  // The whole process: the collector's and the compiler's threads count.
  const { user, system } = process.cpuUsage(began);
  console.log(JSON.stringify({ requests: trips, cpuSeconds: (user + system) / 1e6 }));
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

function fail(code: number): never {
  throw new Error(`a connection ended with code ${code}`);
}

if (client === 'own') runOwn();
else runWs();
