import { createRandom, type Random } from 'millrace/core';
import type { DataSetOptions } from '../data-set.ts';
import { crsKeyIdOf, keyHashOf } from '../identity.ts';
import { byShare, oneOf } from './choice.ts';
import { assignOwners, type Owners } from './ownership.ts';
import { type TableRows, tableOf } from './table.ts';
import { type KeyTotals, keyTotals } from './usage.ts';

const COLUMNS = [
  ...['id', 'user_id', 'crs_key_id', 'key_hash', 'name', 'status', 'tags', 'is_favorite'],
  ...['total_calls', 'total_tokens', 'last_used_at', 'expires_at', 'created_at'],
];
const STATUSES = { ACTIVE: 0.7, INACTIVE: 0.1, EXPIRED: 0.1, DELETED: 0.05, RATE_LIMITED: 0.05 };
const TAGS = ['production', 'staging', 'research', 'ci', '团队'];
const NAMES = ['backend', 'laptop', 'nightly "batch"', 'C:\\bots', '生产密钥'];
const DAY_MS = 86_400_000;

/** Who has which key. */
export function apiKeyOwners({ profile, seed }: Pick<DataSetOptions, 'profile' | 'seed'>): Owners {
  return assignOwners(profile.apiKeys, profile, createRandom(seed).fork('key-owners'));
}

/** Each key's totals are the sums over its usage records. */
export function apiKeyRows(options: DataSetOptions, owners: Owners): TableRows {
  const { profile, seed, referenceNow } = options;
  function* generate() {
    const random = createRandom(seed).fork('api-keys');
    const totals = keyTotals(options, owners);
    for (let id = 1; id <= profile.apiKeys; id++) {
      const { calls, tokens, lastUsedAt } = totals[id - 1] as KeyTotals;
      const status = byShare(STATUSES, random);
      const name = `${oneOf(NAMES, random)} ${id}`;
      const tags = JSON.stringify(TAGS.slice(0, random.int(3)));
      const createdAt = new Date(referenceNow.getTime() - Math.floor((60 + random.next() * 300) * DAY_MS));
      yield [
        ...[id, owners[id - 1] as number, crsKeyIdOf(id), keyHashOf(id, seed), name, status, tags],
        ...[random.int(7) === 0, calls, tokens, lastUsedAt, expiry(status, referenceNow, random), createdAt],
      ];
    }
  }
  return tableOf('api_keys', COLUMNS, generate, profile.apiKeys);
}

/** Before the reference instant for an expired key; else after it, or never. */
function expiry(status: string, referenceNow: Date, random: Random): Date | null {
  const days = 1 + random.next() * 50;
  if (status === 'EXPIRED') return new Date(referenceNow.getTime() - Math.floor(days * DAY_MS));
  return random.int(2) === 0 ? null : new Date(referenceNow.getTime() + Math.floor(days * DAY_MS));
}
