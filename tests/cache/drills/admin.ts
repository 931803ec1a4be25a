import { createClient } from '@redis/client';

/** Says something to one server, over a connection of its own. */
export async function tell(url: string, ...words: readonly string[]): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => {});
  await client.connect();
  try {
    return await client.sendCommand([...words]);
  } finally {
    client.destroy();
  }
}
