import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** Sends every WebSocket message back. Ends with its standard input. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  socket.on('message', (message, binary) => socket.send(message, { binary }));
});
server.on('listening', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
process.stdin.on('end', () => process.exit(0)).resume();
