import { refuseToServe, serve } from '../serve.ts';
import { createCrsServer } from './server.ts';
import { readSettings } from './settings.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  await serve(createCrsServer(settings), settings.port);
}

main().catch((error: unknown) => refuseToServe('crs', error));
