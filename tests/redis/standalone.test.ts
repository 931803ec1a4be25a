import { suite } from 'node:test';
import { startRedis } from '@millrace/scripts/services';
import { redisDriverSuite } from 'millrace/testing';
import { cutClients } from './cut.ts';
import { STANDALONE } from './drivers.ts';

// A server of its own: the suite cuts the connections of everybody.
const server = await startRedis({ environment: { PATH: process.env.PATH } });

suite('one server', { skip: server === undefined && 'no redis-server or valkey-server on the PATH' }, () => {
  if (server === undefined) return;
  for (const [client, open] of Object.entries(STANDALONE)) {
    redisDriverSuite({ name: client, open: () => open(server.url), cut: () => cutClients([server.url]) });
  }
});
