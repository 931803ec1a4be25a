import { suite } from 'node:test';
import { startRedisSentinel } from '@millrace/scripts/services';
import { redisDriverSuite } from 'millrace/testing';
import { cutClients } from './cut.ts';
import { SENTINEL } from './drivers.ts';

const topology = await startRedisSentinel();

suite('behind Sentinels', { skip: topology === undefined && 'no redis-server or valkey-server on the PATH' }, () => {
  if (topology === undefined) return;
  const cut = async (): Promise<void> => cutClients([(await topology.primary()).url]);
  for (const [client, open] of Object.entries(SENTINEL)) {
    redisDriverSuite({ name: client, open: () => open(topology), cut });
  }
});
