/** A key of a user's own with a provider, as it is stored. */
export interface SealedProviderKey {
  readonly provider: string;
  readonly sealedKey: string;
  readonly updatedAt: string;
}

/** Proves at later starts, and to other instances, that the key is there by which keys of providers are sealed. */
export interface SealProof {
  /** To be stored beside the first one. */
  keyCheck(): string;
  /** Throws when what was stored is another key's. */
  confirmKeys(check: string): void;
}

/** Where they are stored. */
export interface SealedProviderKeys {
  /** In the order of the providers' names. */
  list(userId: number): Promise<readonly SealedProviderKey[]>;
  /**
   * Takes the place of the one before. Rejects when what is stored was sealed by a key that is not at hand: whoever has that
   * one could not open this one.
   */
  store(userId: number, provider: string, sealedKey: string, proof: SealProof): Promise<void>;
  /** False when there was none. */
  remove(userId: number, provider: string): Promise<boolean>;
}

/** Keys by the names of their providers. */
export type OwnKeys = ReadonlyMap<string, string>;

/** The keys of users' own with providers, by which these are asked in place of the service's. */
export interface ProviderKeys {
  list(userId: number): Promise<readonly Pick<SealedProviderKey, 'provider' | 'updatedAt'>[]>;
  store(userId: number, provider: string, key: string): Promise<void>;
  remove(userId: number, provider: string): Promise<boolean>;
  /** To ask providers with; undefined when the user has none. */
  open(userId: number): Promise<OwnKeys | undefined>;
}
