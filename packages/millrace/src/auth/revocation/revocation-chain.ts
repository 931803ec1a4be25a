import type { RevocationRead } from './revocation-log.ts';

/*
 * Whether reads hang together. Each entry names the mark of its predecessor, so a log that was restored from a backup, or
 * taken over by a replica that lacked the newest entries, shows although its positions go on.
 */

/** How far a log was read. */
export interface Place {
  readonly position: number;
  /** That of the entry there; empty before the first. */
  readonly mark: string;
}

/**
 * `history` when a read does not go on from a place. From the beginning entries that were removed may be missing, which is
 * no break; `missing` when others are.
 */
export function breakOf(
  { entries, head, headMark, prunedTo }: RevocationRead,
  place: Place,
  limit: number,
  isFromStart: boolean,
): 'history' | 'missing' | undefined {
  let { position, mark } = place;
  let isMissing = false;
  for (const entry of entries) {
    const isNext = entry.position === position + 1;
    if (isNext ? entry.previousMark !== mark : !isFromStart) return 'history';
    isMissing ||= !isNext && entry.position - 1 > prunedTo;
    ({ position, mark } = entry);
  }
  if (entries.length < limit) {
    if (head === position ? headMark !== mark : head < position || !isFromStart) return 'history';
    isMissing ||= head > position && head > prunedTo;
  }
  return isMissing ? 'missing' : undefined;
}
