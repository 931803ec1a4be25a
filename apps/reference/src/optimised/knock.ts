import type { Clock, Timer } from 'millrace/core';
import type { ClientConfig } from 'pg';
import { AudibleClient } from './audible-client.ts';

/** Whoever is there answers within this time as a rule. */
const KNOCK_MS = 500;
/** So that there is none after the first has been given up. */
const MAX_KNOCKS = 4;

/**
 * What comes of the first of a few new connections of which anything is heard, be it a refusal. As long as nothing is
 * heard another one is made every half second, and those before it are waited for: what a silent network has swallowed
 * stays unanswered when the network is back, while a slow server answers the first. All are broken in the end.
 */
export async function knock<T>(
  config: ClientConfig,
  clock: Clock,
  ask: (client: AudibleClient) => Promise<T>,
): Promise<T> {
  const clients: AudibleClient[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let timer: Timer | undefined;
  const begin = (): void => {
    const client = new AudibleClient(config);
    clients.push(client);
    client.on('error', () => {}); // What waits rejects with it.
    client
      .connect()
      .then(() => ask(client))
      .then(resolve, (error: unknown) => {
        // One that has heard nothing says nothing of the server while another has: that one is waited for.
        if (client.bytesHeard > 0 || clients.every(({ bytesHeard }) => bytesHeard === 0)) reject(error);
      });
    if (clients.length < MAX_KNOCKS) timer = clock.schedule(KNOCK_MS, begin);
  };
  begin();
  try {
    return await promise;
  } finally {
    timer?.cancel();
    // Not in order: a peer that is silent would not confirm it.
    for (const client of clients) client.break();
  }
}
