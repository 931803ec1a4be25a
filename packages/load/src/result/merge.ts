import { Histogram, type HistogramSnapshot } from 'millrace/core';
import type { CutOffTimes, ErrorClass, StepResult } from './result.ts';
import { mergeSlowest, type SlowRequest } from './slow-request.ts';

/** Several results as one: counts add up, histograms merge exactly. An empty list gives an empty result. */
export function mergeStepResults(results: readonly StepResult[]): StepResult {
  const censored = results.filter((result) => result.censored > 0);
  return {
    sent: sum(results, (result) => result.sent),
    ok: sum(results, (result) => result.ok),
    ...mergeInTime(results),
    errors: mergeCounts<ErrorClass>(results.map((result) => result.errors)),
    interrupted: sum(results, (result) => result.interrupted),
    ...mergeCutOff(results.flatMap(({ cutOff }) => cutOff ?? [])),
    resent: sum(results, (result) => result.resent),
    statuses: mergeCounts<string>(results.map((result) => result.statuses)) as Record<string, number>,
    censored: sum(censored, (result) => result.censored),
    censoredFromUs: censored.length === 0 ? 0 : Math.min(...censored.map((result) => result.censoredFromUs)),
    bodyBytes: sum(results, (result) => result.bodyBytes),
    ...mergeDecoded(sum(results, (result) => result.decodedBytes ?? 0)),
    responseTimeUs: mergeHistograms(results.map((result) => result.responseTimeUs)),
    serviceTimeUs: mergeHistograms(results.map((result) => result.serviceTimeUs)),
    firstByteTimeUs: mergeHistograms(results.map((result) => result.firstByteTimeUs)),
    ...mergeSlow(results.flatMap(({ slowest }) => (slowest === undefined ? [] : [slowest]))),
    refusedResponseTimeUs: mergeHistograms(results.map((result) => result.refusedResponseTimeUs)),
    refusedServiceTimeUs: mergeHistograms(results.map((result) => result.refusedServiceTimeUs)),
  };
}

function mergeCutOff(parts: readonly CutOffTimes[]): Pick<StepResult, 'cutOff'> {
  if (parts.length === 0) return {};
  const responseTimeUs = mergeHistograms(parts.map((part) => part.responseTimeUs));
  return { cutOff: { responseTimeUs, serviceTimeUs: mergeHistograms(parts.map((part) => part.serviceTimeUs)) } };
}

/** Only where each of them counted it. */
function mergeInTime(results: readonly StepResult[]): Pick<StepResult, 'okInTime'> {
  const counted = results.flatMap(({ okInTime }) => okInTime ?? []);
  if (counted.length === 0 || counted.length < results.length) return {};
  return { okInTime: counted.reduce((total, count) => total + count, 0) };
}

function mergeSlow(parts: readonly (readonly SlowRequest[])[]): Pick<StepResult, 'slowest'> {
  return parts.length === 0 ? {} : { slowest: mergeSlowest(parts) };
}

function mergeDecoded(decodedBytes: number): Pick<StepResult, 'decodedBytes'> {
  return decodedBytes === 0 ? {} : { decodedBytes };
}

function sum(results: readonly StepResult[], of: (result: StepResult) => number): number {
  return results.reduce((total, result) => total + of(result), 0);
}

function mergeCounts<Key extends string>(parts: readonly Partial<Record<Key, number>>[]): Partial<Record<Key, number>> {
  const merged: Partial<Record<Key, number>> = {};
  for (const part of parts) {
    for (const [key, count] of Object.entries(part) as [Key, number][]) merged[key] = (merged[key] ?? 0) + count;
  }
  return merged;
}

function mergeHistograms(snapshots: readonly HistogramSnapshot[]): HistogramSnapshot {
  const merged = new Histogram();
  for (const snapshot of snapshots) merged.add(snapshot);
  return merged.snapshot();
}
