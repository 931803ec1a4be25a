import { createService } from './service.ts';
import { readSettings } from './settings.ts';

const EXIT_MISCONFIGURED = 2;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const service = await createService(settings);
  await service.app.listen({ host: settings.host, port: settings.port });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void service.close());
}

try {
  await main();
} catch (error) {
  process.stderr.write(`reference: ${(error as Error).message}\n`);
  process.exit(EXIT_MISCONFIGURED);
}
