import type { PostgresServer } from '@millrace/scripts/services';
import { withClient } from './connection.ts';
import { loadProfile } from './load-profile.ts';
import type { ProfileName } from './profile.ts';
import { createIndexes, type IndexSet, indexSetOf } from './schema.ts';

/** Names of databases with the same rows, to be given to `createDatabase(name, { template })`. Connect to none. */
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

/** The template that a service with these switches runs on. */
export function templateOf(templates: Templates, switches: ReadonlySet<string>): string {
  return templates[TEMPLATE_NAMES[indexSetOf(switches)]];
}

/**
 * Loads a profile once and clones it, so that all templates hold the same rows on the same pages and differ by the
 * indexes alone. A round then clones its arm's template. The server's `close()` takes them away.
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
