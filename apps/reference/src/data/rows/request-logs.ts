import { createRandom, type Random } from 'millrace/core';
import { MODELS } from '../../ports/index.ts';
import type { DataSetOptions } from '../data-set.ts';
import { HISTORY_DAYS } from '../profile.ts';
import { byShare, oneOf } from './choice.ts';
import { assignOwners } from './ownership.ts';
import { type TableRows, tableOf } from './table.ts';

const COLUMNS = [
  ...['request_id', 'user_id', 'provider', 'model', 'status', 'streamed'],
  ...['input_tokens', 'output_tokens', 'duration_ms', 'created_at'],
];
const PROVIDERS = ['fast', 'mid', 'slow'];
const STATUSES = { 200: 0.97, 502: 0.02, 499: 0.01 };
const HISTORY_MS = HISTORY_DAYS * 86_400_000;

/** In order of time. A request that failed had no provider and no answer. */
export function requestLogRows({ profile, seed, referenceNow }: DataSetOptions): TableRows {
  const startMs = referenceNow.getTime() - HISTORY_MS;
  function* generate() {
    const random = createRandom(seed).fork('request-logs');
    const owners = assignOwners(profile.requestLogs, profile, random.fork('owners'));
    for (let index = 0; index < profile.requestLogs; index++) {
      const status = Number(byShare(STATUSES, random));
      const failed = status === 502;
      const createdAt = new Date(startMs + Math.floor(((index + random.next()) / profile.requestLogs) * HISTORY_MS));
      yield [
        ...[uuid(random), owners[index] as number, failed ? null : oneOf(PROVIDERS, random), oneOf(MODELS, random)],
        ...[status, random.int(2) === 0, 10 + random.int(2_000), failed ? 0 : 1 + random.int(500)],
        ...[60 + random.int(4_000), createdAt],
      ];
    }
  }
  return tableOf('request_logs', COLUMNS, generate);
}

/** A version 4 UUID. */
function uuid(random: Random): string {
  const hex = (digits: number): string =>
    random
      .int(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${(8 + random.int(4)).toString(16)}${hex(3)}-${hex(6)}${hex(6)}`;
}
