import { createHash } from 'node:crypto';

/** Names of databases have room for so many letters of an arm's id. */
const MOST = 20;

/** The name of the database of one arm in one round. An arm with several switches has a long id: it ends in its hash. */
export function roundDatabase(armId: string, round: number | 'comparison'): string {
  const words = armId.replaceAll(/[^a-z0-9]/g, '_');
  if (words.length <= MOST) return `round_${words}_${round}`;
  const hash = createHash('sha256').update(armId).digest('hex').slice(0, 8);
  return `round_${words.slice(0, MOST - hash.length - 1)}_${hash}_${round}`;
}
