import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

const ASK_TIMEOUT_MS = 5_000;

/**
 * The version of the Redis (or Valkey) at `url`: signs in, sends `INFO server`, reads one answer. So few words that no
 * client is needed for them.
 */
export function redisVersion(url: URL, timeoutMs: number): Promise<string> {
  const host = url.hostname.replace(/^\[(.+)\]$/, '$1') || '127.0.0.1';
  const port = Number(url.port || 6379);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = url.protocol === 'rediss:' ? connectTls({ host, port, servername: host }) : connect({ host, port });
  let answer = '';
  socket
    .setEncoding('utf8')
    .setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)))
    .on('error', reject)
    .on('close', () => reject(new Error('the connection was closed')))
    .on('data', (chunk: string) => {
      answer += chunk;
      const refusal = /^-(.*)\r$/m.exec(answer)?.[1];
      if (refusal !== undefined) socket.destroy(new Error(refusal));
      const version = /^(?:valkey|redis)_version:(.*)\r$/m.exec(answer)?.[1];
      if (version === undefined) return;
      resolve(version);
      socket.destroy();
    });
  if (url.password !== '') socket.write(login(url));
  socket.write(command('INFO', 'server'));
  return promise;
}

/** Sends commands to the Redis at `url` and answers what comes back, as it comes. Rejects at the first refusal. */
export async function askRedis(url: string, ...commands: readonly (readonly string[])[]): Promise<string> {
  const parsed = new URL(url);
  const socket = connect({ host: parsed.hostname, port: Number(parsed.port) }).setEncoding('utf8');
  socket.setTimeout(ASK_TIMEOUT_MS, () => socket.destroy(new Error(`no answer within ${ASK_TIMEOUT_MS} ms`)));
  socket.end(login(parsed) + commands.map((words) => command(...words)).join(''));
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  const refusal = /^-(.*)\r$/m.exec(answer)?.[1];
  if (refusal !== undefined) throw new Error(refusal);
  return answer;
}

function login(url: URL): string {
  return command('AUTH', decodeURIComponent(url.username || 'default'), decodeURIComponent(url.password));
}

/** A command in the Redis protocol: an array of strings with their lengths. */
function command(...words: readonly string[]): string {
  const strings = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${strings.join('')}`;
}
