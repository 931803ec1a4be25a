/** What each reason says against a run: what was found, and the bound that it broke. */
interface FoundAndBound {
  /** Arrivals were taken up late, at this percentile. */
  readonly late: { readonly percentile: number; readonly ms: number; readonly boundMs: number };
  /** The event loop ran its timers late, at P99. */
  readonly 'loop-late': { readonly ms: number; readonly boundMs: number };
  /** The event loop stood still for that long. */
  readonly 'loop-stopped': { readonly ms: number; readonly boundMs: number };
  /** Share of one core that the generator used. */
  readonly 'core-full': { readonly share: number; readonly boundShare: number };
  /** Share of the time in which a thread of the generator collected garbage while it was sending. */
  readonly garbage: { readonly share: number; readonly boundShare: number };
  /** The wall clock left the monotonic one by that much: the machine was suspended, or its clock was set. */
  readonly 'clock-jumped': { readonly ms: number; readonly boundMs: number };
  /** Threads of the generator that ended before their time; what was left of their part counts as unsent. */
  readonly 'worker-lost': { readonly count: number; readonly bound: number; readonly cause: string };
  /** Share of the schedule that was taken up while it ran; the bound is a lower one. */
  readonly 'schedule-missed': { readonly share: number; readonly boundShare: number };
  /** The generator itself could not send so many; none may fail so. */
  readonly 'cannot-send': { readonly count: number; readonly bound: number; readonly cause: string };
}

/** Why the generator's own part makes a run invalid. */
export type ValidityCode = keyof FoundAndBound;

/** A reason with its figures: a time ends in `ms`, a share is 0 to 1. The words for it live in the report's catalogues. */
export type ValidityReason = {
  readonly [Code in ValidityCode]: { readonly code: Code; readonly values: FoundAndBound[Code] };
}[ValidityCode];

/** The verdict on the generator itself. */
export interface Validity {
  readonly verdict: 'valid' | 'invalid';
  /** Empty when valid. */
  readonly reasons: readonly ValidityReason[];
}
