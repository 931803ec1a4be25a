import type { Clock } from '../core/index.ts';
import { AUTH_ERRORS } from './errors.ts';

/** A key of jose, or what finds one by the header of a token. */
export type JoseKey = unknown;
export type JoseGetKey = (header: never, token: never) => Promise<JoseKey>;

/** A remote key set, as jose makes it. */
export interface JoseRemoteKeys {
  (header: never, token: never): Promise<JoseKey>;
  /** Whether the keys at hand are younger than the greatest age. */
  readonly fresh: boolean;
  reload(): Promise<void>;
  jwks(): { readonly keys: readonly object[] } | undefined;
}

/** Makes what finds keys of a set that is at hand, and fetches nothing. */
export type JoseLocalKeys = (keys: never) => JoseGetKey;

/** When keys are fetched, in milliseconds. */
export interface KeyTimes {
  /** How old keys may be that are still gone by. */
  readonly maxAgeMs: number;
  /** Shortest time between two fetches, whoever asks for a key that is not there. */
  readonly cooldownMs: number;
}

/** What says that a token names no key of the set; everything else that goes wrong is no fault of the token. */
const NO_SUCH_KEY = ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED'];

/**
 * The keys of an issuer, fetched where it says. While they cannot be fetched those at hand go on until they are too old, so
 * that nobody keeps others out by tokens that name unknown keys; no token that needs another key is verified then, and none
 * is called forged for it. What was verified counts on until a key goes: then `epoch` is another number.
 */
export class RemoteKeys {
  readonly #remote: JoseRemoteKeys;
  readonly #localKeys: JoseLocalKeys;
  readonly #clock: Clock;
  readonly #times: KeyTimes;
  #known: ReadonlySet<string> = new Set();
  #epoch = 0;
  #lookAt: number;
  #failedUntil = Number.NEGATIVE_INFINITY;
  /** Finds keys among those at hand when the last fetch failed. */
  #atHand: JoseGetKey | undefined;

  constructor(remote: JoseRemoteKeys, localKeys: JoseLocalKeys, clock: Clock, times: KeyTimes) {
    this.#remote = remote;
    this.#localKeys = localKeys;
    this.#clock = clock;
    this.#times = times;
    this.#lookAt = clock.now() + times.maxAgeMs;
  }

  /** Another number once a key has gone. Where the keys are too old they are fetched behind the answer. */
  readonly epoch = (): number => {
    if (this.#clock.now() >= this.#lookAt) this.#refresh();
    return this.#epoch;
  };

  /** Finds the key of a token. @throws `MILLRACE_AUTH_KEYS_UNAVAILABLE`, or jose's word that there is none */
  readonly find: JoseGetKey = async (header, token) => {
    if (this.#clock.now() < this.#failedUntil) return this.#findAtHand(header, token);
    try {
      return await this.#remote(header, token);
    } catch (error) {
      if (NO_SUCH_KEY.includes((error as { code?: string } | null)?.code ?? '')) throw error;
      this.#failed();
      throw unavailable(error);
    } finally {
      this.#compare();
    }
  };

  async #findAtHand(header: never, token: never): Promise<JoseKey> {
    if (this.#atHand === undefined || !this.#remote.fresh) throw unavailable();
    try {
      return await this.#atHand(header, token);
    } catch (error) {
      throw unavailable(error);
    }
  }

  #failed(): void {
    this.#failedUntil = this.#clock.now() + this.#times.cooldownMs;
    const keys = this.#remote.jwks();
    this.#atHand = keys && this.#localKeys(keys as never);
  }

  #refresh(): void {
    const { maxAgeMs, cooldownMs } = this.#times;
    this.#lookAt = this.#clock.now() + cooldownMs; // If it fails.
    this.#remote
      .reload()
      .then(() => {
        this.#lookAt = this.#clock.now() + maxAgeMs;
        this.#failedUntil = Number.NEGATIVE_INFINITY;
        this.#compare();
      })
      .catch(() => {}); // Whoever needs a key hears of it.
  }

  #compare(): void {
    const now = new Set((this.#remote.jwks()?.keys ?? []).map((key) => JSON.stringify(key)));
    if ([...this.#known].some((key) => !now.has(key))) this.#epoch++;
    this.#known = now;
  }
}

function unavailable(cause?: unknown): Error {
  return AUTH_ERRORS.create('MILLRACE_AUTH_KEYS_UNAVAILABLE', {}, cause);
}
