import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCrsServer } from './server.ts';
import { readSettings } from './settings.ts';

/** Listens, says so in one line of JSON, and ends by SIGTERM, SIGINT, or when its standard input closes. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const server = createCrsServer(settings);
  endWithParent(server);
  server.listen(settings.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${port}`, pid: process.pid })}\n`);
}

/** The kernel closes the other end of standard input however the parent dies, SIGKILL included. */
function endWithParent(server: Server): void {
  const end = (): void => {
    server.close();
    server.closeAllConnections();
    process.exit(0);
  };
  for (const event of ['end', 'close', 'error']) process.stdin.once(event, end);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  process.stdin.resume();
}

main().catch((error: unknown) => {
  const { message, mend } = error as { message: string; mend?: string };
  process.stderr.write(`crs: ${message}${mend === undefined ? '' : `; ${mend}`}\n`);
  process.exit(2);
});
