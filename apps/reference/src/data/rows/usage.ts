import { createRandom } from 'millrace/core';
import type { DataSetOptions } from '../data-set.ts';
import { HISTORY_DAYS } from '../profile.ts';
import { byShare, oneOf } from './choice.ts';
import { createParentPicker, type Owners } from './ownership.ts';
import { type TableRows, tableOf } from './table.ts';

const COLUMNS = [
  ...['id', 'api_key_id', 'model', 'endpoint', 'prompt_tokens', 'completion_tokens'],
  ...['total_tokens', 'duration_ms', 'status', 'ts'],
];
const MODELS = ['model-large', 'model-medium', 'model-small'];
const ENDPOINTS = ['/v1/messages', '/v1/messages', '/v1/messages/count_tokens'];
const STATUSES = { 200: 0.95, 429: 0.03, 400: 0.01, 500: 0.01 };
const HISTORY_MS = HISTORY_DAYS * 86_400_000;

/** What a key's usage records add up to. */
export interface KeyTotals {
  readonly calls: number;
  readonly tokens: number;
  /** Null when the key was never used. */
  readonly lastUsedAt: Date | null;
}

interface UsageRecord {
  readonly keyId: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly status: number;
  readonly at: Date;
}

export function usageRows(options: DataSetOptions, owners: Owners): TableRows {
  function* generate() {
    const random = createRandom(options.seed).fork('usage-details');
    let id = 0;
    for (const { keyId, promptTokens, completionTokens, status, at } of records(options, owners)) {
      const total = promptTokens + completionTokens;
      yield [
        ...[++id, keyId, oneOf(MODELS, random), oneOf(ENDPOINTS, random), promptTokens, completionTokens],
        ...[total, 50 + random.int(4_000), status, at],
      ];
    }
  }
  return tableOf('usage_records', COLUMNS, generate, options.profile.usageRecords);
}

/** The totals of every key, by id: entry 0 is key 1. Runs through the records once. */
export function keyTotals(options: DataSetOptions, owners: Owners): readonly KeyTotals[] {
  const totals = Array.from(owners, (): KeyTotals => ({ calls: 0, tokens: 0, lastUsedAt: null }));
  for (const { keyId, promptTokens, completionTokens, at } of records(options, owners)) {
    const before = totals[keyId - 1] as KeyTotals;
    const tokens = before.tokens + promptTokens + completionTokens;
    totals[keyId - 1] = { calls: before.calls + 1, tokens, lastUsedAt: at };
  }
  return totals;
}

/** In order of time. */
function* records({ profile, seed, referenceNow }: DataSetOptions, owners: Owners): Generator<UsageRecord> {
  const random = createRandom(seed).fork('usage');
  const pickKey = createParentPicker(owners, random.fork('keys'));
  const startMs = referenceNow.getTime() - HISTORY_MS;
  for (let index = 0; index < profile.usageRecords; index++) {
    const status = Number(byShare(STATUSES, random));
    const promptTokens = 20 + random.int(4_000);
    const completionTokens = random.int(1_500);
    const at = new Date(startMs + Math.floor(((index + random.next()) / profile.usageRecords) * HISTORY_MS));
    yield { keyId: pickKey(index), promptTokens, completionTokens: status === 200 ? completionTokens : 0, status, at };
  }
}
