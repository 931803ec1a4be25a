import type { RevocationRead } from './revocation-log.ts';

/*
 * Whether a read hangs together. Each entry names the mark of its predecessor, so a log that was restored from a backup, or
 * taken over by a replica that lacked the newest entries, shows although its positions go on.
 */

/** `history` when a read does not go on without a break from the entry at `after` with `mark`; false when it does. */
export function breakOf(read: RevocationRead, after: number, mark: string, limit: number): 'history' | false {
  let [position, last] = [after, mark];
  for (const entry of read.entries) {
    if (entry.position !== position + 1 || entry.previousMark !== last) return 'history';
    [position, last] = [entry.position, entry.mark];
  }
  if (read.entries.length === limit) return false;
  return read.head === position && read.headMark === last ? false : 'history';
}

/** Whether a read from the beginning lacks entries that are not over. */
export function isMissing(read: RevocationRead, after: number, limit: number): boolean {
  let position = after;
  for (const entry of read.entries) {
    if (entry.position !== position + 1 && entry.position - 1 > read.prunedTo) return true;
    position = entry.position;
  }
  return read.entries.length < limit && read.head !== position && read.head > read.prunedTo;
}
