import { MillraceError } from 'millrace/core';
import type { Service } from './service.ts';
import { refusalLine, startService } from './start.ts';

const EXIT_MISCONFIGURED = 2;
const SHUTDOWN_MS = 10_000;

async function main(): Promise<void> {
  const service = await startService(process.env, (made) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void shutDown(made));
  });
  await service.warmUp();
}

/** Lets requests under way finish, for ten seconds at most. */
async function shutDown(service: Service): Promise<void> {
  setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
  await service.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  if (!(error instanceof MillraceError)) throw error;
  process.stderr.write(refusalLine(error));
  process.exitCode = EXIT_MISCONFIGURED;
});
