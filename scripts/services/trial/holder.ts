/**
 * The program that the trials start, watch and kill. Writes `begun`, then one line of JSON once its servers are up, and
 * goes on as its argument says: `close` them, `forget` them, `hold` them making databases, `tidy`, which is `hold` with
 * a hand-made Ctrl-C, or `restart`, which stops and starts Postgres again and again.
 */
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresServer, startPostgres, startRedis } from '../index.ts';

/** What the holder writes about its servers. */
export interface HolderReport {
  readonly version: string;
  readonly kind: string;
  readonly placement: string | undefined;
  /** The user that the server runs as: the owner of its socket's folder. */
  readonly owner: number;
  readonly url: string;
  readonly redisUrl: string | undefined;
}

const HOLD_MS = 60_000;

async function hold(mode: string): Promise<void> {
  process.stdout.write('begun\n');
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  let stopping = false;
  if (mode === 'tidy') {
    process.once('SIGINT', async () => {
      stopping = true;
      await Promise.all([postgres.close(), redis?.close()]);
      process.exit(130);
    });
  }
  const url = await postgres.createDatabase('first');
  const { version, kind, placement } = postgres;
  const { uid: owner } = await stat(new URL(url).searchParams.get('host') ?? '/');
  const report: HolderReport = { version, kind, placement, owner, url, redisUrl: redis?.url };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (mode === 'close') await Promise.all([postgres.close(), redis?.close()]);
  if (mode === 'close' || mode === 'forget') return;
  if (mode === 'restart') return stopAndStart(postgres);
  await makeDatabases(postgres).catch((error) => {
    if (!stopping) throw error;
  });
}

async function makeDatabases(postgres: PostgresServer): Promise<void> {
  for (const end = performance.now() + HOLD_MS; performance.now() < end; await sleep(10)) {
    await postgres.createDatabase('clone', { template: 'first' });
    await postgres.dropDatabase('clone');
  }
}

async function stopAndStart({ power }: PostgresServer): Promise<void> {
  for (const end = performance.now() + HOLD_MS; performance.now() < end; ) {
    await power?.stop('crash');
    await power?.start();
  }
}

if (import.meta.main) await hold(process.argv[2] ?? 'close');
