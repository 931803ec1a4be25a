import type { Clock } from '../core/index.ts';
import { AUTH_ERRORS } from './errors.ts';

/** A key of jose, or what finds one by the header of a token. */
export type JoseKey = unknown;
export type JoseGetKey = (header: never, token: never) => Promise<JoseKey>;

/** A remote key set, as jose makes it. */
export interface JoseRemoteKeys {
  (header: never, token: never): Promise<JoseKey>;
  reload(): Promise<void>;
  jwks(): { readonly keys: readonly object[] } | undefined;
}

/** When keys are fetched, in milliseconds. */
export interface KeyTimes {
  /** How old keys may be that are still gone by. */
  readonly maxAgeMs: number;
  /** Shortest time between two fetches, whoever asks for a key that is not there. */
  readonly cooldownMs: number;
}

/**
 * The keys of an issuer, fetched where it says. While they cannot be fetched those at hand go on until they are too old, so
 * that nobody keeps others out by tokens that name unknown keys; no token that needs another key is verified then, and none
 * is called forged for it. What was verified counts on until a key goes: then `epoch` is another number.
 *
 * When to fetch is settled here and not left to jose, which goes by the wall clock: after that has stepped back by an hour
 * it would fetch nothing for an hour, and call the tokens of a new key forged.
 */
export class RemoteKeys {
  readonly #remote: JoseRemoteKeys;
  readonly #clock: Clock;
  readonly #times: KeyTimes;
  #known: ReadonlySet<string> = new Set();
  #epoch = 0;
  #lookAt: number;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #failedUntil = Number.NEGATIVE_INFINITY;

  /** @param remote one that never finds its keys too old */
  constructor(remote: JoseRemoteKeys, clock: Clock, times: KeyTimes) {
    this.#remote = remote;
    this.#clock = clock;
    this.#times = times;
    this.#lookAt = clock.now() + times.maxAgeMs;
  }

  /** Another number once a key has gone. Where the keys are too old they are fetched behind the answer. */
  readonly epoch = (): number => {
    if (this.#clock.now() >= this.#lookAt) {
      this.#lookAt = this.#clock.now() + this.#times.cooldownMs; // If it fails.
      this.#fetch().catch(() => {}); // Whoever needs a key hears of it.
    }
    return this.#epoch;
  };

  /** Finds the key of a token. @throws `MILLRACE_AUTH_KEYS_UNAVAILABLE`, or jose's word that there is none */
  readonly find: JoseGetKey = async (header, token) => {
    const { maxAgeMs, cooldownMs } = this.#times;
    if (this.#clock.now() - this.#fetchedAt >= maxAgeMs) await this.#fetch();
    try {
      return await this.#remote(header, token);
    } catch (error) {
      if (this.#clock.now() - this.#fetchedAt < cooldownMs) throw error;
    }
    await this.#fetch();
    return await this.#remote(header, token);
  };

  async #fetch(): Promise<void> {
    const { maxAgeMs, cooldownMs } = this.#times;
    if (this.#clock.now() < this.#failedUntil) throw unavailable();
    try {
      await this.#remote.reload();
    } catch (error) {
      this.#failedUntil = this.#clock.now() + cooldownMs;
      throw unavailable(error);
    }
    this.#fetchedAt = this.#clock.now();
    this.#lookAt = this.#fetchedAt + maxAgeMs;
    this.#compare();
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
