import { startPostgres } from '@millrace/scripts/services';
import { createPostgresRevocationLog } from 'millrace/auth';
import pg from 'pg';
import { type AskedProcess, startAsked } from '../asked-process.ts';
import { type Measurement, overRounds } from '../measurement.ts';
import { percentile } from '../percentile.ts';
import { writeTokenSet } from './token-set.ts';

const RUN = new URL('./revoking-process.ts', import.meta.url);
const PROCESSES = 4;

/** What a process is asked. */
export interface Asked {
  /** `watch`: wait until the token, one of the known ones by its place, is let in no more. */
  readonly order: 'revoke' | 'watch';
  readonly token: number;
}

/** When it was asked for, or came about. */
export interface Told {
  readonly at: number;
}

/** From a logout in one of four processes until each of the others refuses the token, one after the other. */
export async function measureRevocation(logouts: number): Promise<Measurement[]> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgres());
  const url = await postgres.createDatabase('revocations');
  await createTables(url);
  const { file } = stack.use(await writeTokenSet(0));
  const processes = await Promise.all(
    Array.from({ length: PROCESSES }, () => startAsked<Asked, Told>(RUN, [url, file])),
  );
  for (const each of processes) stack.use(each);
  const tookMs: number[] = [];
  for (let token = 0; token < logouts; token++) tookMs.push(...(await logOut(processes, token)));
  return [
    overRounds('auth.logout.p99', [percentile(tookMs, 0.99)]),
    overRounds('auth.logout.worst', [Math.max(...tookMs)]),
  ];
}

async function createTables(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await createPostgresRevocationLog({ query: (text, values) => client.query(text, values) }).createTables();
  await client.end();
}

/** Milliseconds until each of the others refuses it. */
async function logOut(processes: readonly AskedProcess<Asked, Told>[], token: number): Promise<readonly number[]> {
  const revoking = processes[token % PROCESSES]!;
  const watching = processes.filter((each) => each !== revoking).map((each) => each.ask({ order: 'watch', token }));
  const { at: askedAt } = await revoking.ask({ order: 'revoke', token });
  return (await Promise.all(watching)).map(({ at }) => at - askedAt);
}
