import type { LoadOrder, MemoryPiece, PartEnd, Share, WorkloadWords } from '../run/index.ts';
import type { ScenarioSource } from './scenario-source.ts';

/** What a worker is started with. */
export interface WorkerTask {
  readonly order: LoadOrder;
  readonly source: ScenarioSource;
  readonly share: Share;
  /** What the scenario's setup gave. */
  readonly shared: unknown;
  readonly interruptedDrainMs: number;
}

/** What a worker is told. `epochMs`: when the schedule starts, by the clock that all threads share. */
export type ToWorker = { readonly kind: 'start'; readonly epochMs: number } | { readonly kind: 'stop' };

/** An error as it crosses threads. */
export interface ToldError {
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string | undefined;
}

/** What a worker tells. */
export type FromWorker =
  | { readonly kind: 'memory'; readonly piece: MemoryPiece }
  | { readonly kind: 'ready' }
  /** Each second all that it has said until then. */
  | { readonly kind: 'words'; readonly words: WorkloadWords }
  | { readonly kind: 'done'; readonly end: PartEnd }
  /** The scenario's own code threw where no request stands for it. */
  | { readonly kind: 'failed'; readonly error: ToldError };

/** Milliseconds of the monotonic clock that all threads of a process share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
