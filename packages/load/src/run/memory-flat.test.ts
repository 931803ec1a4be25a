import assert from 'node:assert/strict';
import process from 'node:process';
import { Recorder } from './recorder.ts';
import { RunMemory } from './run-memory.ts';

/** What a run of a day records: `count` arrivals of two rows, all kinds of endings, over `hours` of its schedule. */
export function recordMany(count: number, hours: number): { readonly grownBytes: number; readonly planned: number } {
  const durationMs = hours * 3_600_000;
  const memory = new RunMemory(durationMs);
  const recorder = new Recorder(0, durationMs, memory);
  const rows = [memory.openRow('step', 'read'), memory.openRow('step', 'write')] as const;
  const arrival = { intendedAt: 0, writtenAt: 0, firstByteAt: 0, retried: false };
  const record = (i: number, at: number): void => {
    const row = rows[i & 1] as (typeof rows)[0];
    const serviceMs = 0.2 + (i % 977) * 0.13 + (i % 100_003 === 0 ? 9_000 : 0);
    arrival.intendedAt = at;
    arrival.writtenAt = at + (i % 7) * 0.01;
    arrival.firstByteAt = arrival.writtenAt + serviceMs / 2;
    const now = arrival.writtenAt + serviceMs;
    recorder.taken(at, arrival.writtenAt);
    const error = i % 1_000 === 0 ? 'status' : undefined;
    row.answered(arrival, error === undefined ? 200 : 503, error, 512, now);
    recorder.settled(arrival, error, now - at, now, 512);
  };
  const stepMs = durationMs / count;
  const warm = Math.min(count / 10, 1_000_000);
  // The first tenth has written to most pages that will be written to; all windows are touched beforehand.
  for (let i = 0; i < warm; i++) record(i, (i * durationMs) / warm);
  const before = residentBytes();
  for (let i = 0; i < count; i++) record(i, i * stepMs);
  return { grownBytes: residentBytes() - before, planned: recorder.planned };
}

function residentBytes(): number {
  return process.memoryUsage.rss();
}

/** Records `count` arrivals of a day, and checks that nothing was lost and memory stayed. */
export function assertFlat(count: number): void {
  const { grownBytes, planned } = recordMany(count, 24);
  assert.equal(planned, count + Math.min(count / 10, 1_000_000));
  assert.ok(grownBytes <= 5 * 1_048_576, `${(grownBytes / 1_048_576).toFixed(1)} MB more`);
}
