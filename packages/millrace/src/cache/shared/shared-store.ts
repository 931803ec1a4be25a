import type { Place } from '../log/index.ts';

/** What is kept where other processes find it. */
export interface SharedValue {
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Where the load that read it stood when it began. */
  readonly place: Place;
  /** How long it counts, in milliseconds. */
  readonly ttlMs: number;
  /** How long it is kept after that, for when no newer one can be had, in milliseconds. */
  readonly staleMs: number;
  /** How long its load took, in milliseconds. */
  readonly loadMs: number;
}

/** A value that was found. */
export interface FoundValue extends SharedValue {
  /** Tells it from every other value of its key. */
  readonly id: string;
  /** Its age, in milliseconds, by the clock of the store. */
  readonly ageMs: number;
}

/** The right to fill one key: nobody else has it until it is given back, or lost. */
export interface Lease {
  readonly key: string;
  readonly token: string;
}

/**
 * What asking for the right to load brought: a value after all; the right; or why not, and for how long. `held`: somebody
 * loads; `failing`: a load failed so lately that nobody should try; `alone`: the answer is not one to share, so everybody
 * loads for themselves.
 */
export type Taken =
  | { readonly kind: 'value'; readonly found: FoundValue | undefined }
  | { readonly kind: 'lease'; readonly lease: Lease }
  | { readonly kind: 'failing'; readonly forMs: number }
  | { readonly kind: 'alone'; readonly forMs: number }
  /** `filled` resolves when the key is filled, given up or removed, or after so many milliseconds. It must be called. */
  | { readonly kind: 'held'; readonly forMs: number; readonly filled: (ms: number) => Promise<void> };

/**
 * Copies that all processes share, and one right a key to make them. Every method settles within a bound of its own, and
 * rejects when the store cannot be reached. What it finds may be old: whoever asks compares its place with the log.
 */
export interface SharedStore {
  /** Whether asking makes sense now. */
  readonly ready: boolean;
  find(key: string): Promise<FoundValue | undefined>;
  findMany(keys: readonly string[]): Promise<readonly (FoundValue | undefined)[]>;
  /** Finds a value other than the one with the id `refused`, or the right to load it. */
  take(key: string, refused: string | undefined): Promise<Taken>;
  /** Makes the right last on; false when it is lost. */
  renew(lease: Lease): Promise<boolean>;
  /** Stores the value and gives the right back; false when the right was lost, and nothing is stored. */
  fill(lease: Lease, value: SharedValue): Promise<boolean>;
  /** Gives the right back with nothing to store, and says for `forMs` why. */
  release(lease: Lease, why: 'failing' | 'alone' | 'nothing', forMs: number): Promise<void>;
  /**
   * Removes values and the rights to fill them, each key's at once, so that no load that began before can fill it, and
   * lets go who waits for them.
   */
  remove(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
