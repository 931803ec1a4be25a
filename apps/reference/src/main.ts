import { MillraceError } from 'millrace/core';
import { START_ERRORS } from './errors.ts';
import { createService, type Service } from './service.ts';
import { readSettings, type Settings } from './settings.ts';

const EXIT_MISCONFIGURED = 2;
const SHUTDOWN_MS = 10_000;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const service = await createService(settings);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void shutDown(service));
  try {
    await service.app.listen({ host: settings.host, port: settings.port });
  } catch (error) {
    await service.close();
    throw listenError(settings, error as NodeJS.ErrnoException);
  }
  await service.warmUp();
}

/** Lets requests under way finish, for ten seconds at most. */
async function shutDown(service: Service): Promise<void> {
  setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
  await service.close();
  process.exit(0);
}

function listenError({ host, port }: Settings, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') return START_ERRORS.create('MILLRACE_REFERENCE_PORT_TAKEN', { host, port }, error);
  return START_ERRORS.create('MILLRACE_REFERENCE_LISTEN_FAILED', { host, port, reason: error.code ?? '' }, error);
}

main().catch((error: unknown) => {
  if (!(error instanceof MillraceError)) throw error;
  process.stderr.write(`reference: ${error.message}; ${error.mend} (${error.code})\n`);
  process.exitCode = EXIT_MISCONFIGURED;
});
