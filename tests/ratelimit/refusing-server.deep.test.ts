import { test } from 'node:test';
import { startOwnRedis } from '@millrace/scripts/services';
import { openLine, pidOf } from '../cache/drills/admin.ts';
import { judgeRefusal, type Refusal } from './refusing-server.ts';

const KICK = ['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'];
const passwordOf = (url: string): string => new URL(url).password;

const REFUSALS: readonly Refusal[] = [
  {
    what: 'BUSY',
    async begin(line, { url }) {
      await line.say('CONFIG', 'SET', 'busy-reply-threshold', '10');
      const loop = await openLine(url);
      const ended = () => loop[Symbol.asyncDispose]();
      loop.say('EVAL', 'while true do end', '0').then(ended, ended);
    },
    end: (line) => line.say('SCRIPT', 'KILL'),
  },
  {
    what: 'READONLY',
    begin: (line) => line.say('REPLICAOF', '127.0.0.1', '1'),
    end: (line) => line.say('REPLICAOF', 'NO', 'ONE'),
  },
  {
    what: 'NOREPLICAS',
    begin: (line) => line.say('CONFIG', 'SET', 'min-replicas-to-write', '1'),
    end: (line) => line.say('CONFIG', 'SET', 'min-replicas-to-write', '0'),
  },
  {
    what: 'a password that changed',
    async begin(line) {
      await line.say('ACL', 'SETUSER', 'default', 'resetpass', '>another');
      await line.say(...KICK);
    },
    end: (line, { url }) => line.say('ACL', 'SETUSER', 'default', 'resetpass', `>${passwordOf(url)}`),
  },
  {
    what: 'too many clients',
    async begin(line) {
      await line.say('CONFIG', 'SET', 'maxclients', '1');
      await line.say(...KICK);
    },
    end: (line) => line.say('CONFIG', 'SET', 'maxclients', '10000'),
  },
  {
    what: 'a server that stands still',
    begin: async (_line, { url }) => void process.kill(await pidOf(url), 'SIGSTOP'),
    end: async (_line, server) => void process.kill(pids.get(server.url)!, 'SIGCONT'),
  },
  { what: 'no server', begin: (_line, server) => server.kill(), end: (_line, server) => server.start() },
];
const pids = new Map<string, number>();

for (const refusal of REFUSALS) {
  test(`[RATE-171, AUTH-143] ${refusal.what} costs speed, and what each rule says`, async (t) => {
    const server = await startOwnRedis();
    if (server === undefined) return t.skip('no redis-server or valkey-server on the PATH');
    t.after(() => server.close());
    pids.set(server.url, await pidOf(server.url));
    await judgeRefusal(t, server, refusal);
  });
}
