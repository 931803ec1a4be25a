import { createClient } from '@redis/client';

/** A connection to one server, for whoever looks after it. */
export interface Line extends AsyncDisposable {
  say(...words: readonly string[]): Promise<unknown>;
}

export async function openLine(url: string): Promise<Line> {
  const client = createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => {});
  await client.connect();
  return {
    say: (...words) => client.sendCommand([...words]),
    async [Symbol.asyncDispose]() {
      client.destroy();
    },
  };
}

/** Says something to one server, over a connection of its own. */
export async function tell(url: string, ...words: readonly string[]): Promise<unknown> {
  await using line = await openLine(url);
  return await line.say(...words);
}

/** The process of a server of this machine. */
export async function pidOf(url: string): Promise<number> {
  return Number(/process_id:(\d+)/.exec(String(await tell(url, 'INFO', 'server')))?.[1]);
}
