import { refuseToServe, serve } from '../serve.ts';
import { createLlmServer } from './server.ts';
import { readSettings } from './settings.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  await serve(createLlmServer(settings), settings.port);
}

main().catch((error: unknown) => refuseToServe('llm', error));
