import { Histogram } from 'millrace/core';
import type { TotalsMemory } from './run-memory.ts';
import type { Workload } from './workload.ts';

/** What a workload says of itself while it works. */
export type WorkloadState = Pick<Workload, 'inFlight' | 'queuedMax' | 'opened' | 'desyncs' | 'dropped'>;

const FIGURES = [
  'inFlight',
  'queuedMax',
  'opened',
  'desyncs',
  'dropped',
] as const satisfies readonly (keyof WorkloadState)[];

/** Writes what the workload is doing where other threads see it. */
export function showWorkload(workload: WorkloadState, { workload: memory }: TotalsMemory): void {
  FIGURES.forEach((figure, cell) => {
    memory[cell] = workload[figure] ?? 0;
  });
}

/** Keeps what the workload's connections took to open; once, at its end. */
export function keepConnectionTimes({ times }: Pick<Workload, 'times'>, { connect, tls }: TotalsMemory): void {
  new Histogram(connect).add(times.connect);
  new Histogram(tls).add(times.tls);
}

/** What {@link showWorkload} wrote last. */
export function readWorkload({ workload: memory }: TotalsMemory): Required<WorkloadState> {
  return Object.fromEntries(FIGURES.map((figure, cell) => [figure, memory[cell]])) as Record<
    keyof WorkloadState,
    number
  >;
}
