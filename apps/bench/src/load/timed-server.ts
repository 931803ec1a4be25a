import { createServer } from 'node:net';

/** Answers whatever comes in one piece after 5 ms, and says in microseconds for how long it held it. Ends with its standard input. */
const HELD_MS = 5;
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', () => {
    const askedAt = performance.now();
    setTimeout(() => socket.write(`${Math.round((performance.now() - askedAt) * 1_000)}\n`), HELD_MS);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(JSON.stringify({ port: address.port }));
});
process.stdin.on('end', () => process.exit(0)).resume();
