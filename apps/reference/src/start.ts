import type { MillraceError } from 'millrace/core';
import { START_ERRORS } from './errors.ts';
import { createService, type Service } from './service.ts';
import { readSettings, type Settings } from './settings.ts';

/**
 * Starts the service as its environment says. A start that cannot be leaves nothing open, and throws a `MillraceError`.
 * @param made is told of the service before anybody can reach it
 */
export async function startService(env: NodeJS.ProcessEnv, made?: (service: Service) => void): Promise<Service> {
  const settings = readSettings(env);
  const service = await createService(settings);
  made?.(service);
  try {
    await service.app.listen({ host: settings.host, port: settings.port });
  } catch (error) {
    await service.close();
    throw listenError(settings, error as NodeJS.ErrnoException);
  }
  return service;
}

function listenError({ host, port }: Settings, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') return START_ERRORS.create('MILLRACE_REFERENCE_PORT_TAKEN', { host, port }, error);
  return START_ERRORS.create('MILLRACE_REFERENCE_LISTEN_FAILED', { host, port, reason: error.code ?? '' }, error);
}

/** The one line that says why it cannot be. */
export function refusalLine(error: MillraceError): string {
  return `reference: ${error.message}; ${error.mend} (${error.code})\n`;
}
