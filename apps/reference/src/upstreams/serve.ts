import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on the loopback interface, says so in one line of JSON, and ends by SIGTERM, SIGINT, or with its parent. */
export async function serve(server: Server, port: number): Promise<void> {
  endWithParent(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  process.stdout.write(
    `${JSON.stringify({ ready: true, url: `http://127.0.0.1:${address.port}`, pid: process.pid })}\n`,
  );
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

/** Ends with exit code 2 and one line that says what is wrong, and how to mend it. */
export function refuseToServe(name: string, error: unknown): void {
  const { message, mend } = error as { message: string; mend?: string };
  process.stderr.write(`${name}: ${message}${mend === undefined ? '' : `; ${mend}`}\n`);
  process.exit(2);
}
