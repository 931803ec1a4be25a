import { Client } from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;
/** Far above what the largest profile's longest statement takes on a slow machine. */
const STATEMENT_TIMEOUT_MS = 180_000;

/** Runs `work` on a connection of its own, so that nobody is connected to a template once it is made. */
export async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString,
    application_name: 'millrace-reference-data',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  client.on('error', () => {}); // The statement under way rejects with it.
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
