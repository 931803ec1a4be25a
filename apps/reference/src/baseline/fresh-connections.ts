import { Client } from 'pg';
import { type Connections, connectionConfig, type DatabaseOptions, type Loan } from '../connections.ts';
import type { Counters } from '../counters.ts';

/** Opens a connection each time the database is turned to, and closes it behind the answer. */
export function createFreshConnections(options: DatabaseOptions, counters: Counters): Connections {
  const closing = new Set<Promise<void>>();
  const closeBehind = (client: Client): void => {
    const closed = client
      .end()
      .catch(() => {})
      .finally(() => closing.delete(closed));
    closing.add(closed);
  };
  return {
    async lend(): Promise<Loan> {
      const client = new Client(connectionConfig(options));
      client.on('error', () => {}); // The statement under way rejects with it.
      try {
        await client.connect();
      } catch (error) {
        closeBehind(client);
        throw error;
      }
      counters.add('dbConnects');
      return Object.assign(client, { release: () => closeBehind(client) });
    },
    async close() {
      await Promise.all(closing);
    },
  };
}
