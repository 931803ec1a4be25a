import { createClient } from '@redis/client';

/** Cuts the connections of all clients of these servers, subscribers too, but not those of other servers. */
export async function cutClients(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const admin = createClient({ url }).on('error', () => {});
    await admin.connect();
    try {
      for (const type of ['normal', 'pubsub'])
        await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes']);
    } finally {
      admin.destroy();
    }
  }
}
