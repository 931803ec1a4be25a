import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from 'millrace/core';
import { knock } from './knock.ts';

const AUTHENTICATED = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

test('[REF-98] the time-out of a connection that heard nothing does not count once another has heard', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}).resume());
    if (sockets.length === 1) socket.once('close', () => sockets[1]?.write(READY));
    else socket.once('data', () => socket.write(AUTHENTICATED));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const config = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, user: 'nobody' };
    assert.ok((await knock(config, systemClock, async (client) => client.bytesHeard)) > 0);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
