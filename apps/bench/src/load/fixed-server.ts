import { createServer } from 'node:net';

/** Answers every request with the same few bytes, without looking at it: the cheapest target there is. Ends with its standard input. */
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';
const HEAD_END = '\r\n\r\n';

function countRequests(chunk: string): number {
  let count = 0;
  for (let at = chunk.indexOf(HEAD_END); at !== -1; at = chunk.indexOf(HEAD_END, at + HEAD_END.length)) count++;
  return count;
}

const server = createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const text = rest + chunk;
    const requests = countRequests(text);
    rest = text.endsWith(HEAD_END) ? '' : text.slice(-512);
    if (requests > 0) socket.write(ANSWER.repeat(requests), 'latin1');
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(JSON.stringify({ port: address.port }));
});
process.stdin.on('end', () => process.exit(0)).resume();
