import type { Recorder } from './accounts.ts';
import type { PageRequest, Slice } from './listing.ts';

export const KEY_STATUSES = ['ACTIVE', 'INACTIVE', 'EXPIRED', 'DELETED', 'RATE_LIMITED'] as const;
export type KeyStatus = (typeof KEY_STATUSES)[number];

export interface ApiKey {
  readonly id: number;
  /** Its name at the key service. */
  readonly crsKeyId: string;
  readonly name: string;
  readonly status: KeyStatus;
  readonly tags: readonly string[];
  readonly isFavorite: boolean;
  readonly totalRequests: number;
  readonly totalTokens: number;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

/** A key to be made. */
export interface NewApiKey {
  readonly name: string;
  readonly tags: readonly string[];
  readonly expiresAt: Date | null;
  /** What is stored of the key itself. */
  readonly hash: string;
}

/** A user's API keys as stored here; the key service knows more of them. */
export interface Keys {
  list(userId: number, page: PageRequest): Promise<Slice<ApiKey>>;
  /** Those of `keyIds` that are the user's, in no order. */
  find(userId: number, keyIds: readonly number[]): Promise<readonly ApiKey[]>;
  create(userId: number, key: NewApiKey): Promise<ApiKey>;
  /**
   * Ends a key for good; false when it is not the user's, or was ended before.
   * @param record stores more in the same transaction
   */
  revoke(userId: number, keyId: number, record?: Recorder): Promise<boolean>;
}
