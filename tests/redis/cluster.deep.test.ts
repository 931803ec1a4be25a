import { suite } from 'node:test';
import { startRedisCluster } from '@millrace/scripts/services';
import { redisDriverSuite } from 'millrace/testing';
import { cutClients } from './cut.ts';
import { CLUSTER } from './drivers.ts';

const cluster = await startRedisCluster();

suite('in a Cluster', { skip: cluster === undefined && 'no redis-server or valkey-server on the PATH' }, () => {
  if (cluster === undefined) return;
  const cut = (): Promise<void> => cutClients([...cluster.primaries, ...cluster.replicas].map(({ url }) => url));
  for (const [client, open] of Object.entries(CLUSTER)) {
    redisDriverSuite({ name: client, open: () => open(cluster), cut });
  }
});
