import type { RedisNode } from '@millrace/scripts/services';
import { createClient } from '@redis/client';
import type { FaultProxy } from 'millrace/testing';
import { type Line, openLine, tell } from './admin.ts';

/** What a fault is done to. */
export interface Victim {
  readonly server: RedisNode;
  /** Between the caches and the server. */
  readonly proxy: FaultProxy;
  /** Of the server. */
  readonly pid: number;
  /** The name of the caches. */
  readonly name: string;
  /** Says something to the server, past the proxy. */
  tell(...words: readonly string[]): Promise<unknown>;
}

/** Something that happens to Redis, for a while. */
export interface CacheFault {
  readonly id: string;
  readonly what: string;
  begin(victim: Victim): Promise<void>;
  /** Resolves when the server is well again. */
  end(victim: Victim): Promise<void>;
}

type Act = (victim: Victim) => Promise<unknown> | unknown;

function fault(id: string, what: string, begin: Act, end: Act): CacheFault {
  return {
    ...{ id, what },
    begin: async (victim) => void (await begin(victim)),
    end: async (victim) => void (await end(victim)),
  };
}

/** Does it again and again until the end. */
function repeated(id: string, what: string, everyMs: number, act: Act): CacheFault {
  const ends = new WeakMap<Victim, () => Promise<unknown>>();
  return fault(
    id,
    what,
    async (victim) => {
      let acting: Promise<unknown> = Promise.resolve(act(victim));
      const timer = setInterval(() => {
        acting = acting.then(() => act(victim));
      }, everyMs);
      ends.set(victim, () => {
        clearInterval(timer);
        return acting;
      });
      await acting;
    },
    (victim) => ends.get(victim)?.(),
  );
}

/** Sets something of the server's, and back. */
function setting(id: string, what: string, option: string, during: string, usually: string): CacheFault {
  return fault(
    id,
    what,
    (victim) => victim.tell('CONFIG', 'SET', option, during),
    (victim) => victim.tell('CONFIG', 'SET', option, usually),
  );
}

/** Cuts everybody off, so that they have to come back. */
const cut = ({ proxy }: Victim): void => proxy.resetAll();

const passwordOf = ({ server }: Victim): string => new URL(server.url).password;

/** By the name of what was changed, so that the one with the new password can change it back. */
async function tellWith(victim: Victim, password: string, ...words: readonly string[]): Promise<void> {
  const url = new URL(victim.server.url);
  url.password = password;
  await tell(url.href, ...words);
}

const OTHER = 'not-the-password';

/** A script that ends when it is killed. */
async function beBusy(victim: Victim): Promise<void> {
  await victim.tell('CONFIG', 'SET', 'busy-reply-threshold', '50');
  const client = createClient({ url: victim.server.url, socket: { reconnectStrategy: false } }).on('error', () => {});
  await client.connect();
  void client
    .sendCommand(['EVAL', 'while true do end', '0'])
    .catch(() => {})
    .finally(() => client.destroy());
}

/** Whoever is to let others in again must be in already. */
function fullOfClients(): CacheFault {
  const lines = new WeakMap<Victim, Line>();
  return fault(
    'clients',
    'no more clients are let in',
    async (victim) => {
      const line = await openLine(victim.server.url);
      lines.set(victim, line);
      await line.say('CONFIG', 'SET', 'maxclients', '1');
      cut(victim);
    },
    async (victim) => {
      await using line = lines.get(victim);
      await line?.say('CONFIG', 'SET', 'maxclients', '1000');
    },
  );
}

/** What is no value, in the place of some that are. */
const SPOIL = `
for key = 0, 39 do
  local at = ARGV[1] .. '@1:' .. key
  redis.call('DEL', at)
  if key % 5 == 4 then redis.call('RPUSH', at, 'x') else redis.call('SET', at, ARGV[2 + key % 4], 'PX', 60000) end
end
`;
const SPOILT = ['x', '12345678', `12345678${'\u00c7'.repeat(80)}`, '12345678{"value":-1}'];

/** Every fault, in the order of their rows. */
export const CACHE_FAULTS: readonly CacheFault[] = [
  fault(
    'down',
    'Redis killed, and back without its data',
    ({ server }) => server.kill(),
    ({ server }) => server.start(),
  ),
  repeated('cut', 'connections reset five times a second', 200, cut),
  fault(
    'slow',
    'every answer two seconds late',
    ({ proxy }) => proxy.set({ down: { latencyMs: 2_000 } }),
    ({ proxy }) => proxy.clear(),
  ),
  fault(
    'silent',
    'connections open and nothing comes through, until they are reset',
    ({ proxy }) => proxy.set({ halfOpen: true }),
    ({ proxy }) => {
      proxy.resetAll(); // What was swallowed stays lost, which no connection survives.
      proxy.clear();
    },
  ),
  fault(
    'stalled',
    'nothing comes through for a while, and then all of it',
    ({ proxy }) => proxy.set({ stall: true }),
    ({ proxy }) => proxy.clear(),
  ),
  fault(
    'stopped',
    'the server stands still (SIGSTOP)',
    ({ pid }) => process.kill(pid, 'SIGSTOP'),
    ({ pid }) => process.kill(pid, 'SIGCONT'),
  ),
  fault(
    'replica',
    'the server becomes a replica of none that answers (READONLY), and a primary again',
    ({ tell: say }) => say('REPLICAOF', '127.0.0.1', '1'),
    ({ tell: say }) => say('REPLICAOF', 'NO', 'ONE'),
  ),
  fault(
    'master-down',
    'the same, and it does not give old data (MASTERDOWN)',
    async ({ tell: say }) => {
      await say('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
      await say('REPLICAOF', '127.0.0.1', '1');
    },
    ({ tell: say }) => say('REPLICAOF', 'NO', 'ONE'),
  ),
  setting('full', 'memory is full and nothing may go (OOM)', 'maxmemory', '1', '0'),
  setting('no-replicas', 'writes are refused for want of replicas (NOREPLICAS)', 'min-replicas-to-write', '3', '0'),
  fault(
    'password',
    'the password changes (WRONGPASS), and changes back',
    async (victim) => {
      await victim.tell('CONFIG', 'SET', 'requirepass', OTHER);
      cut(victim);
    },
    (victim) => tellWith(victim, OTHER, 'CONFIG', 'SET', 'requirepass', passwordOf(victim)),
  ),
  fullOfClients(),
  fault('busy', 'a script that does not end (BUSY)', beBusy, ({ tell: say }) => say('SCRIPT', 'KILL')),
  repeated('flushed', 'FLUSHALL three times a second', 333, ({ tell: say }) => say('FLUSHALL')),
  repeated('spoilt', 'values replaced by what is none, ten times a second', 100, ({ name, tell: say }) =>
    say('EVAL', SPOIL, '0', name, ...SPOILT),
  ),
];
