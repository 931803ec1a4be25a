import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../../core/index.ts';
import { createExpiryClock } from '../expiry-clock.ts';
import { checkRevocation, type RevocableClaims, type Revocation, type RevocationEntry } from './revocation.ts';
import type { RevocationFeed, RevocationHints, RevocationLog, RevocationRead } from './revocation-log.ts';

/** A log that ends with its process. */
export interface MemoryRevocationLog extends RevocationLog {
  /** Tells each entry when it is appended. */
  readonly listen: RevocationFeed;
}

/**
 * A {@link RevocationLog} in memory: for tests, and for one process that may forget its revocations when it ends, because
 * its tokens end with it.
 * @example
 * const log = createMemoryRevocationLog();
 * const revocations = createRevocations({ log, listen: log.listen, maxTokenLifeMs: 3_600_000 });
 */
export function createMemoryRevocationLog(options: { readonly clock?: Clock } = {}): MemoryRevocationLog {
  return new MemoryLog(options.clock ?? systemClock);
}

class MemoryLog implements MemoryRevocationLog {
  readonly #entries = new Map<number, RevocationEntry>();
  readonly #listeners = new Set<RevocationHints>();
  readonly #now: () => number;
  #head = 0;
  #headMark = '';
  #prunedTo = 0;

  constructor(clock: Clock) {
    this.#now = createExpiryClock(clock);
  }

  readonly listen: RevocationFeed = (hints) => {
    this.#listeners.add(hints);
    hints.listening();
    return { close: async () => void this.#listeners.delete(hints) };
  };

  async append(revocation: Revocation): Promise<number> {
    checkRevocation(revocation);
    const position = ++this.#head;
    const previousMark = this.#headMark;
    this.#headMark = randomBytes(8).toString('hex');
    this.#entries.set(position, { position, mark: this.#headMark, previousMark, revocation });
    for (const hints of this.#listeners) hints.appended(position);
    return position;
  }

  async readAfter(position: number, limit: number): Promise<RevocationRead> {
    const entries: RevocationEntry[] = [];
    for (const entry of this.#entries.values()) {
      if (entries.length >= limit) break;
      if (entry.position > position) entries.push(entry);
    }
    return { entries, head: this.#head, headMark: this.#headMark, prunedTo: this.#prunedTo };
  }

  async find({ jti, sub, kid }: RevocableClaims): Promise<readonly RevocationEntry[]> {
    return [...this.#entries.values()].filter(({ revocation }) => {
      if (revocation.kind === 'token') return revocation.tokenId === jti;
      if (revocation.kind === 'subject') return revocation.subject === sub;
      return kid === '' || revocation.keyId === kid;
    });
  }

  async head(): Promise<number> {
    return this.#head;
  }

  async prune(marginMs: number): Promise<number> {
    const before = this.#now() - marginMs;
    const gone = [...this.#entries.values()].filter(({ revocation }) => revocation.untilMs < before);
    for (const { position } of gone) this.#entries.delete(position);
    this.#prunedTo = Math.max(this.#prunedTo, gone.at(-1)?.position ?? 0);
    return gone.length;
  }
}
