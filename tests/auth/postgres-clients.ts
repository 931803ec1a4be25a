import type { PostgresListener, PostgresQuery } from 'millrace/auth';
import { Client, Pool } from 'pg';

/** What a service has of node-postgres: a pool, and how to make a connection of its own. */
export interface PostgresClients {
  readonly pool: Pool;
  readonly query: PostgresQuery;
  readonly connect: () => Promise<PostgresListener & Client>;
}

/** Clients that harm nobody when their server goes away. */
export function postgresClients(connectionString: string, max = 4): PostgresClients {
  const pool = new Pool({ connectionString, max, connectionTimeoutMillis: 2_000 });
  pool.on('error', () => {});
  return {
    pool,
    query: (text, values) => pool.query(text, values),
    async connect() {
      const client = new Client({ connectionString, connectionTimeoutMillis: 2_000, application_name: 'listener' });
      client.on('error', () => {});
      await client.connect();
      return client;
    },
  };
}
