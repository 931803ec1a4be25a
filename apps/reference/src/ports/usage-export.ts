import type { Readable } from 'node:stream';
import type { Period } from './statistics.ts';

export const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** One call of a model, as it is exported. */
export interface UsageRecord {
  readonly id: number;
  readonly keyId: number;
  readonly keyName: string;
  readonly model: string;
  readonly endpoint: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly durationMs: number;
  readonly status: number;
  readonly at: string;
}

export interface ExportFilter {
  readonly keyId: number | undefined;
  /** Undefined: no bound. */
  readonly period: Period | undefined;
  /** The most records, from the oldest on; undefined: all. */
  readonly limit: number | undefined;
}

/** The calls made with a user's keys, oldest first, as a file. */
export interface UsageExport {
  /** The text as a whole, or as it is read. An abort of `signal` ends what is under way. */
  open(userId: number, filter: ExportFilter, format: ExportFormat, signal: AbortSignal): Promise<string | Readable>;
}
