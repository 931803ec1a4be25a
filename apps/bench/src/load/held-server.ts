import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers each request after 4 s. Ends with its standard input. */
const HELD_MS = 4_000;
const server = createServer((_request, response) => {
  setTimeout(() => response.end('ok'), HELD_MS);
});
server.listen(0, '127.0.0.1', 511, () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
process.stdin.on('end', () => process.exit(0)).resume();
