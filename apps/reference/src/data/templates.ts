import type { PostgresServer } from '@millrace/scripts/services';
import { withClient } from './connection.ts';
import { loadProfile } from './load-profile.ts';
import type { ProfileName } from './profile.ts';
import { createIndexes, dropTotals, type IndexSet, indexSetOf, keepsTotals } from './schema.ts';

/** Names of databases with the same rows and the totals of them, to be cloned. Connect to none. */
export interface Templates {
  /** With the indexes of the optimised mode. */
  readonly indexed: string;
  /** With an index on each foreign key: the switch `db.key-indexes-only`. */
  readonly keyed: string;
  /** Without them: the switch `db.no-index`. */
  readonly plain: string;
}

const TEMPLATE_NAMES = { all: 'indexed', keys: 'keyed', none: 'plain' } as const satisfies Record<
  IndexSet,
  keyof Templates
>;

/** Clones what a service with these switches runs on: the template with its indexes, with the totals or without. Gives its URL. */
export async function cloneDatabase(
  server: Pick<PostgresServer, 'createDatabase'>,
  templates: Templates,
  { name, switches }: { readonly name: string; readonly switches: ReadonlySet<string> },
): Promise<string> {
  const url = await server.createDatabase(name, { template: templates[TEMPLATE_NAMES[indexSetOf(switches)]] });
  if (!keepsTotals(switches)) await withClient(url, dropTotals);
  return url;
}

/**
 * Loads a profile once and clones it, so that all templates hold the same rows on the same pages and differ by the
 * indexes alone. A round then clones its arm's. The server's `close()` takes them away.
 */
export async function prepareTemplates(
  server: Pick<PostgresServer, 'createDatabase'>,
  profile: ProfileName,
  seed: number,
  say: (line: string) => void = () => {},
): Promise<Templates> {
  const stem = `reference_${profile}_${seed >>> 0}`;
  const templates: Templates = { indexed: `${stem}_indexed`, keyed: `${stem}_keyed`, plain: `${stem}_plain` };
  await loadProfile(await server.createDatabase(templates.plain), profile, { seed, indexes: 'none', say });
  for (const indexes of ['keys', 'all'] as const) {
    const url = await server.createDatabase(templates[TEMPLATE_NAMES[indexes]], { template: templates.plain });
    await withClient(url, (client) => createIndexes(client, indexes));
  }
  say('cloned and indexed');
  return templates;
}
