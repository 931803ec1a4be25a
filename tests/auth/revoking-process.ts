import { setTimeout as sleep } from 'node:timers/promises';
import {
  createPostgresRevocationLog,
  createRevocations,
  listenPostgres,
  type RevocableClaims,
  type RevokeSubjectOptions,
} from 'millrace/auth';
import { postgresClients } from './postgres-clients.ts';

/* One of several processes that end sessions and check tokens. What it is to do comes as messages. */

/** What it is told to do. */
export type Order =
  | { readonly do: 'check'; readonly claims: RevocableClaims; readonly scope?: string }
  /** Checks on and on, until the token is refused. */
  | { readonly do: 'watch'; readonly claims: RevocableClaims }
  | { readonly do: 'end-token'; readonly claims: RevocableClaims }
  | { readonly do: 'end-subject'; readonly subject: string; readonly options: RevokeSubjectOptions<never> }
  | { readonly do: 'stop' };

/** What it says: `ok` or the code of an error, and the wall time in milliseconds, with fractions. */
export interface Outcome {
  readonly id: number;
  readonly outcome: string;
  readonly at: number;
}

const { url, listenUrl = url } = JSON.parse(process.argv[2] ?? '') as { url: string; listenUrl?: string };
const { pool, query } = postgresClients(url);
const revocations = createRevocations({
  log: createPostgresRevocationLog({ query }),
  listen: listenPostgres({ connect: postgresClients(listenUrl).connect }),
  versionClaim: 'ver',
  maxStalenessMs: 2_000,
  scopes: { admin: { maxStalenessMs: 0 }, read: { maxStalenessMs: 2_000, maxStalenessAwayMs: 60_000 } },
});

async function outcomeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'ok';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

async function obey(order: Order): Promise<string> {
  if (order.do === 'check') return outcomeOf(() => revocations.check(order.claims, order.scope));
  if (order.do === 'end-token') return outcomeOf(() => revocations.revokeToken(order.claims));
  if (order.do === 'end-subject') return outcomeOf(() => revocations.revokeSubject(order.subject, order.options));
  if (order.do === 'stop') {
    await revocations.close();
    await pool.end().catch(() => {});
    process.disconnect?.();
    return 'ok';
  }
  for (;;) {
    const outcome = await outcomeOf(() => revocations.check(order.claims));
    if (outcome !== 'ok') return outcome;
    await sleep(1);
  }
}

process.on('message', async ({ id, ...order }: Order & { readonly id: number }) => {
  const outcome = await obey(order);
  if (process.connected)
    process.send?.({ id, outcome, at: performance.timeOrigin + performance.now() } satisfies Outcome);
});
await revocations.catchUp();
while (!revocations.stats().isHeard || revocations.stats().isStrict) await sleep(5);
process.send?.('ready');
