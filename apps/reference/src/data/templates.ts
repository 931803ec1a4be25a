import type { PostgresServer } from '@millrace/scripts/services';
import { withClient } from './connection.ts';
import { loadProfile } from './load-profile.ts';
import type { ProfileName } from './profile.ts';
import { createIndexes } from './schema.ts';

/** Names of two databases with the same rows, to be given to `createDatabase(name, { template })`. Connect to neither. */
export interface Templates {
  /** With the indexes of the optimised mode. */
  readonly indexed: string;
  /** Without them: the switch `db.no-index`. */
  readonly plain: string;
}

/**
 * Loads a profile once and clones it, so that both templates hold the same rows on the same pages and differ by the
 * indexes alone. A round then clones its arm's template. The server's `close()` takes them away.
 */
export async function prepareTemplates(
  server: Pick<PostgresServer, 'createDatabase'>,
  profile: ProfileName,
  seed: number,
  say: (line: string) => void = () => {},
): Promise<Templates> {
  const stem = `reference_${profile}_${seed >>> 0}`;
  const templates: Templates = { indexed: `${stem}_indexed`, plain: `${stem}_plain` };
  await loadProfile(await server.createDatabase(templates.plain), profile, { seed, indexes: false, say });
  const indexedUrl = await server.createDatabase(templates.indexed, { template: templates.plain });
  await withClient(indexedUrl, createIndexes);
  say('cloned and indexed');
  return templates;
}
