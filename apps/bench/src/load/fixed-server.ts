import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** Answers every request with the same few bytes, without looking at it: the cheapest target there is. `fixed-server.ts [CERTIFICATE KEY]`. Ends with its standard input. */
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';
const HEAD_END = '\r\n\r\n';

function countRequests(chunk: string): number {
  let count = 0;
  for (let at = chunk.indexOf(HEAD_END); at !== -1; at = chunk.indexOf(HEAD_END, at + HEAD_END.length)) count++;
  return count;
}

const [certFile, keyFile] = process.argv.slice(2);

function serve(socket: Socket): void {
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const text = rest + chunk;
    const requests = countRequests(text);
    rest = text.endsWith(HEAD_END) ? '' : text.slice(-512);
    if (requests > 0) socket.write(ANSWER.repeat(requests), 'latin1');
  });
}

const server =
  certFile === undefined || keyFile === undefined
    ? createServer({ noDelay: true }, serve)
    : createTlsServer({ noDelay: true, cert: readFileSync(certFile), key: readFileSync(keyFile) }, serve);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(JSON.stringify({ port: address.port }));
});
process.stdin.on('end', () => process.exit(0)).resume();
