import { startTrial, type Trial, trialBearer } from '@millrace/reference/trial';
import { createFaultProxy, type ProxyAddress } from 'millrace/testing';
import { type MixName, pathsOf, READERS, WRITERS } from './checked-mix.ts';
import { Expectations } from './expectations.ts';
import type { Victims } from './fault-specs.ts';

/** Everything that drills share: the servers, the proxies before them, and what is known of the data. */
export interface World extends Victims, AsyncDisposable {
  readonly expectations: Expectations;
  /** The writers, with a strategy of each. */
  readonly strategyOf: ReadonlyMap<number, number>;
  readonly tokenOf: ReadonlyMap<number, string>;
}

/** Starts it on the tiny profile and learns every answer that `mixes` read. */
export async function startWorld(mixes: readonly MixName[]): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const trial = stack.use(await startTrial());
  const database = stack.use(await createFaultProxy({ target: postgresAddress(trial) }));
  const { hostname: host, port } = new URL(trial.crs.url);
  const upstream = stack.use(await createFaultProxy({ target: { host, port: Number(port) } }));
  const source = await trial.open('origin');
  const tokenOf = new Map([...READERS, ...WRITERS].map((userId) => [userId, trialBearer(userId)]));
  const expectations = new Expectations();
  const learn = (userId: number, path: string) =>
    expectations.learn(source, userId, tokenOf.get(userId) as string, path);
  for (const path of mixes.flatMap(pathsOf)) for (const userId of READERS) await learn(userId, path);
  const strategyOf = new Map<number, number>();
  for (const userId of WRITERS) {
    const [strategy] = JSON.parse(await learn(userId, '/api/v1/strategies?limit=1')).items;
    if (strategy !== undefined) strategyOf.set(userId, strategy.id);
  }
  await source.close();
  const kept = stack.move();
  return {
    ...{ trial, database, upstream, expectations, strategyOf, tokenOf },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function postgresAddress({ postgres }: Trial): ProxyAddress {
  const url = new URL(postgres.adminUrl);
  const folder = url.searchParams.get('host');
  const port = Number(url.port || 5432);
  return folder === null ? { host: url.hostname, port } : { path: `${folder}/.s.PGSQL.${port}` };
}
