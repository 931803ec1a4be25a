import { type HistogramSnapshot, subtractSnapshots } from 'millrace/core';
import { PROVE_ERRORS } from './errors.ts';
import { exchange } from './exchange.ts';
import { pool } from './figure.ts';
import type { ArmCounters, ArmProcess } from './manifest.ts';
import type { CounterDelta } from './proof-result.ts';

const COUNTERS_TIMEOUT_MS = 10_000;

/**
 * One reading of an arm's counters, or null when it has none.
 * @throws MILLRACE_PROVE_COUNTERS_UNREADABLE
 */
export async function readCounters(process: ArmProcess, arm: string, signal: AbortSignal): Promise<ArmCounters | null> {
  if (process.countersPath === undefined) return null;
  const unreadable = (reason: string, cause?: unknown): Error =>
    PROVE_ERRORS.create(
      'MILLRACE_PROVE_COUNTERS_UNREADABLE',
      { arm, url: process.baseUrl + process.countersPath, reason },
      cause,
    );
  try {
    const answer = await exchange(
      process.baseUrl,
      { method: 'GET', path: process.countersPath },
      { timeoutMs: COUNTERS_TIMEOUT_MS, signal },
    );
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    return checkCounters(JSON.parse(answer.body));
  } catch (error) {
    throw unreadable((error as Error).message, error);
  }
}

function checkCounters(value: unknown): ArmCounters {
  const { counters, histograms } = (value ?? {}) as Partial<ArmCounters>;
  if (typeof counters !== 'object' || counters === null) throw new Error('no object `counters`');
  if (typeof histograms !== 'object' || histograms === null) throw new Error('no object `histograms`');
  for (const [name, count] of Object.entries(counters)) {
    if (!Number.isFinite(count)) throw new Error(`the counter ${name} is not a number`);
  }
  return { counters, histograms };
}

/**
 * What was counted between two readings; null when the arm has no counters.
 * @throws MILLRACE_CORE_SNAPSHOT_INVALID when a histogram is malformed or was reset in between.
 */
export function subtractCounters(later: ArmCounters | null, earlier: ArmCounters | null): CounterDelta | null {
  if (later === null || earlier === null) return null;
  const counters: Record<string, number> = {};
  for (const [name, count] of Object.entries(later.counters)) counters[name] = count - (earlier.counters[name] ?? 0);
  const histograms: Record<string, CounterDelta['histograms'][string]> = {};
  for (const [name, snapshot] of Object.entries(later.histograms)) {
    const before = earlier.histograms[name];
    histograms[name] = before === undefined ? snapshot : subtractSnapshots(snapshot, before);
  }
  return { counters, histograms };
}

/** What the arm counted and what was counted beside it, as one. */
export function addCounters(counted: CounterDelta | null, others: readonly ArmCounters[]): CounterDelta | null {
  const parts = [...(counted === null ? [] : [counted]), ...others];
  if (parts.length === 0) return null;
  const counters: Record<string, number> = {};
  const histograms: Record<string, HistogramSnapshot> = {};
  for (const part of parts) {
    for (const [name, count] of Object.entries(part.counters)) counters[name] = (counters[name] ?? 0) + count;
    for (const [name, snapshot] of Object.entries(part.histograms)) {
      const known = histograms[name];
      histograms[name] = known === undefined ? snapshot : pool([known, snapshot]).snapshot();
    }
  }
  return { counters, histograms };
}
