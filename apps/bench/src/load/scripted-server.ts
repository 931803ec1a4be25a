import { createServer } from 'node:net';

/** Answers a login with a token and everything else with one page of items, by the first byte of the method alone. Ends with its standard input. */
const TOKEN = JSON.stringify({ token: 'x'.repeat(120), expires: 3_600 });
const ITEMS = JSON.stringify({ items: [1, 2, 3].map((id) => ({ id, name: `item ${id}`, price: id * 100 })) });
const HEAD_END = '\r\n\r\n';
const POST = 'P'.charCodeAt(0);

function answer(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

const LOGIN_ANSWER = answer(TOKEN);
const ITEMS_ANSWER = answer(ITEMS);

/** Each client has one request on its way, and sends it in one write. */
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (chunk.indexOf(HEAD_END) === -1) socket.destroy();
    else socket.write(chunk[0] === POST ? LOGIN_ANSWER : ITEMS_ANSWER, 'latin1');
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(JSON.stringify({ port: address.port }));
});
process.stdin.on('end', () => process.exit(0)).resume();
