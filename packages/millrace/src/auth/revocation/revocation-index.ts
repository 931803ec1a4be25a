import { hitsIssued, type RevocableClaims, type RevocationEntry, type SubjectRevocation } from './revocation.ts';

/** An entry about a subject, with its place. */
interface Ended {
  readonly position: number;
  readonly revocation: SubjectRevocation;
  /** Whether the position means nothing any more, so that the entry hits by time alone. */
  readonly isLost: boolean;
}

/**
 * How long an entry is kept past its end: a process whose clock is behind by less still refuses, and so does one whose
 * verifier lets tokens live a little longer.
 */
export const KEPT_PAST_END_MS = 600_000;
/** Entries that one sweep looks at, at least. */
const SWEPT_AT_ONCE = 1_000;

/**
 * What has been ended, as far as this process has read. Entries can be added in any order, and twice. Bounded: what does not
 * fit is not forgotten but noted as missing until it would have ended, and {@link isComplete} is false for as long.
 * Keys are counted apart, so that they always fit.
 */
export class RevocationIndex {
  readonly #maxEntries: number;
  readonly #tokens = new Map<string, number>();
  readonly #subjects = new Map<string, Ended[]>();
  readonly #keys = new Map<string, number>();
  #endedSubjects = 0;
  #missingUntilMs = -Infinity;
  #droppedUntilMs = -Infinity;
  #sweep: Iterator<void> | undefined;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#tokens.size + this.#endedSubjects + this.#keys.size;
  }

  /** Whether all that was ever added is here, so that nothing depends on what time it is. */
  get isWhole(): boolean {
    return this.#missingUntilMs === -Infinity && this.#droppedUntilMs === -Infinity;
  }

  /** Whether what is not here is not revoked, as of what was read. */
  isComplete(nowMs: number): boolean {
    return nowMs > this.#missingUntilMs;
  }

  /** Whether something was dropped because it had ended by a clock that has stepped back since. */
  hasDroppedWhatCounts(nowMs: number): boolean {
    return nowMs < this.#droppedUntilMs;
  }

  /** Everything is about to be added again. */
  beginAgain(): void {
    this.#droppedUntilMs = -Infinity;
  }

  /**
   * The log has another history, and is about to be added again. What it lost stays in force, but tokens that carry
   * positions of the new history must not be held against those of the old one.
   */
  loseHistory(): void {
    for (const [subject, all] of this.#subjects) {
      const lost = all.map((each) =>
        each.revocation.belowVersion === undefined ? { ...each, position: 0, isLost: true } : each,
      );
      this.#subjects.set(subject, lost);
    }
  }

  /** Whether something is here, or missing, that was not before. */
  add({ position, revocation }: RevocationEntry, nowMs: number): boolean {
    const endMs = revocation.untilMs + KEPT_PAST_END_MS;
    const size = this.#tokens.size + this.#endedSubjects;
    if (endMs <= nowMs) return this.#drop(endMs);
    if (revocation.kind === 'key') return this.#addTo(this.#keys, revocation.keyId, endMs, this.#keys.size);
    if (revocation.kind === 'token') return this.#addTo(this.#tokens, revocation.tokenId, endMs, size);
    return this.#addSubject({ position, revocation, isLost: false }, size);
  }

  /** What of a token is revoked, if anything. */
  find(claims: RevocableClaims, version: number | undefined): 'token' | 'subject' | 'key' | undefined {
    if (claims.jti !== undefined && this.#tokens.has(claims.jti)) return 'token';
    if (this.#keys.size > 0 && claims.kid !== undefined && (claims.kid === '' || this.#keys.has(claims.kid)))
      return 'key';
    for (const { position, revocation, isLost } of this.#subjects.get(claims.sub) ?? NOTHING) {
      if (hitsIssued(revocation, position, claims, isLost ? undefined : version)) return 'subject';
    }
    return undefined;
  }

  /** Drops what has ended, a part at a time. */
  sweep(nowMs: number): void {
    this.#sweep ??= this.#steps(nowMs);
    for (let left = Math.max(SWEPT_AT_ONCE, this.size >> 6); left > 0; left--) {
      const { done } = this.#sweep.next();
      if (!done) continue;
      this.#sweep = undefined;
      return;
    }
  }

  *#steps(nowMs: number): Generator<void> {
    for (const map of [this.#tokens, this.#keys]) {
      for (const [name, endMs] of map) {
        if (endMs <= nowMs && map.delete(name)) this.#drop(endMs);
        yield;
      }
    }
    for (const [subject, all] of this.#subjects) {
      this.#keep(
        subject,
        all,
        all.filter((each) => !this.#hasEnded(each, nowMs)),
      );
      yield;
    }
  }

  #hasEnded({ revocation }: Ended, nowMs: number): boolean {
    const endMs = revocation.untilMs + KEPT_PAST_END_MS;
    if (endMs > nowMs) return false;
    this.#drop(endMs);
    return true;
  }

  #drop(endMs: number): false {
    this.#droppedUntilMs = Math.max(this.#droppedUntilMs, endMs);
    return false;
  }

  #miss(endMs: number): true {
    this.#missingUntilMs = Math.max(this.#missingUntilMs, endMs);
    return true;
  }

  #addTo(map: Map<string, number>, name: string, endMs: number, size: number): boolean {
    const known = map.get(name);
    if (known === undefined && size >= this.#maxEntries) return this.#miss(endMs);
    if (known === undefined || known < endMs) map.set(name, endMs);
    return known === undefined;
  }

  #addSubject(added: Ended, size: number): boolean {
    const { subject, untilMs } = added.revocation;
    const known = this.#subjects.get(subject) ?? NOTHING;
    if (known.some((each) => covers(each, added))) return false;
    const kept = known.filter((each) => !covers(added, each));
    if (kept.length === known.length && size >= this.#maxEntries) return this.#miss(untilMs + KEPT_PAST_END_MS);
    this.#keep(subject, known, [...kept, added]);
    return true;
  }

  #keep(subject: string, before: readonly Ended[], after: Ended[]): void {
    this.#endedSubjects += after.length - before.length;
    if (after.length === 0) this.#subjects.delete(subject);
    else if (after.length !== before.length || after.at(-1) !== before.at(-1)) this.#subjects.set(subject, after);
  }
}

const NOTHING: readonly Ended[] = [];

/** Whether `a` hits everything that `b` hits, for at least as long. */
function covers(a: Ended, b: Ended): boolean {
  const [one, other] = [a.revocation, b.revocation];
  return (
    (one.belowVersion ?? a.position) >= (other.belowVersion ?? b.position) &&
    one.issuedUntil >= other.issuedUntil &&
    (one.issuedBefore ?? -Infinity) >= (other.issuedBefore ?? -Infinity) &&
    one.untilMs >= other.untilMs &&
    one.except.every((id) => other.except.includes(id))
  );
}
