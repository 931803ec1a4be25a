import { type AuthRevocationSignal, authRevocation } from '../../signals/index.ts';
import type { Revocation } from './revocation.ts';
import type { RevocationGap } from './revocation-follower.ts';

/** Counts since they were made. */
interface Counts {
  /** Entries that came into force here. */
  applied: number;
  /** Times at which something may have been missed. */
  gaps: number;
  /** Checks of tokens that had been ended. */
  refused: number;
  /** Checks that were answered from what was known while the log could not be asked. */
  stale: number;
  /** Checks that were answered 503 because the log could not be asked. */
  unknown: number;
  /** Questions about one token, because not everything fits into memory. */
  questions: number;
}

/** Counts since they were made, and how they stand now. */
export interface RevocationsStats extends Readonly<Counts> {
  /** The last entry that was read. */
  readonly position: number;
  /** Entries in memory. */
  readonly entries: number;
  /** Whether they are all that count. */
  readonly isComplete: boolean;
  /** Whether something may have been missed, so that each check reads the log first. */
  readonly isStrict: boolean;
  /** Whether hints come. */
  readonly isHeard: boolean;
  /** How long ago everything was known; `Infinity` before the first read. */
  readonly stalenessMs: number;
  readonly reads: number;
  readonly failedReads: number;
}

/** Hears of an entry that came into force, and whether it was appended by this process. */
export type RevocationListener = (revocation: Revocation, isOwn: boolean) => void;

/** Counts what happens and tells who listens. Nothing that it publishes names a token, a subject or a key. */
export class RevocationReport {
  readonly counts: Counts = { applied: 0, gaps: 0, refused: 0, stale: 0, unknown: 0, questions: 0 };
  readonly #name: string;
  readonly #listeners = new Set<RevocationListener>();
  /** Own entries that were told when they were appended, and will be read. */
  readonly #own = new Set<number>();

  constructor(name: string) {
    this.#name = name;
  }

  subscribe(hear: RevocationListener): () => void {
    this.#listeners.add(hear);
    return () => void this.#listeners.delete(hear);
  }

  applied(revocation: Revocation, position: number, isOwn: boolean): void {
    if (isOwn) this.#own.add(position);
    else if (this.#own.delete(position)) return;
    this.counts.applied++;
    for (const hear of this.#listeners) tell(hear, revocation, isOwn);
    if (authRevocation.hasSubscribers) this.#publish({ event: 'applied', kind: revocation.kind, position });
  }

  gap(gap: RevocationGap): void {
    this.counts.gaps++;
    if (gap === 'history') this.#own.clear(); // Their positions mean other entries now.
    if (authRevocation.hasSubscribers) this.#publish({ event: 'gap', gap });
  }

  strict(isStrict: boolean): void {
    if (authRevocation.hasSubscribers) this.#publish({ event: isStrict ? 'strict' : 'followed' });
  }

  stale(scope: string, stalenessMs: number): void {
    this.counts.stale++;
    if (authRevocation.hasSubscribers) this.#publish({ event: 'stale', scope, stalenessMs });
  }

  unknown(scope: string, stalenessMs: number): void {
    this.counts.unknown++;
    if (authRevocation.hasSubscribers) this.#publish({ event: 'unknown', scope, stalenessMs });
  }

  #publish(facts: Omit<AuthRevocationSignal, 'name'>): void {
    authRevocation.publish({ name: this.#name, ...facts });
  }
}

/** What fails in who listens keeps nothing from coming into force. */
function tell(hear: RevocationListener, revocation: Revocation, isOwn: boolean): void {
  try {
    hear(revocation, isOwn);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
