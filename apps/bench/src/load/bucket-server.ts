import { createServer } from 'node:http';

/**
 * A token bucket: `bucket-server.ts PER_SECOND` answers so many requests a second and refuses all else at once. It holds
 * the answers of 50 ms, so that a generator that catches up is not refused; in a step of 4 s that hides 1.25 %. Ends with
 * its standard input.
 */
const perSecond = Number(process.argv[2]);
const most = perSecond / 20;
let tokens = most;
let at = performance.now();

const server = createServer((_request, response) => {
  const now = performance.now();
  tokens = Math.min(most, tokens + ((now - at) * perSecond) / 1_000);
  at = now;
  response.statusCode = tokens >= 1 ? 200 : 429;
  if (tokens >= 1) tokens -= 1;
  response.end();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(JSON.stringify({ port: address.port }));
});
process.stdin.on('end', () => process.exit(0)).resume();
