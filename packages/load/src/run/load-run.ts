/*
 * One run, and why its figures can be trusted.
 *
 * Users do not wait for each other: they come when they come, however slow the service is (the open model; Schroeder,
 * Wierman, Harchol-Balter, "Open Versus Closed: A Cautionary Tale", NSDI 2006). A generator that sends its next request
 * when the last one is answered slows down with the service and never sends the requests that would have suffered
 * (coordinated omission; Gil Tene, "How NOT to Measure Latency", 2013). So each arrival has an intended time, fixed
 * before the run, and three clocks follow it: intended, written, complete. Response time is intended to complete;
 * service time is written to complete; the rest is queue and lag, and both are reported.
 *
 * Nothing is left out. An arrival ends in exactly one way and gives exactly one response sample: answered, failed, or
 * censored at what it is known to have waited. So planned = ok + errors, and a percentile knows whether it is exact.
 * Only what an interruption of the run cuts off says nothing about the service; it is counted by itself.
 *
 *   source ──due──▶ workload ──▶ transport          pacer or closed loops; steps or flows, and what waits; connections
 *                       │ settled
 *                       ▼
 *                   recorders ──▶ result            per step, per second, the generator itself
 *
 * The generator is under test as well: its own lateness, processor share and event loop are measured beside the
 * service, and `judge` says whether they may have spoilt the figures.
 */
import { type Clock, createRandom, type Timer } from 'millrace/core';
import type { LoadResult, LoadSetup, StepResult } from '../result/index.ts';
import { HealthMonitor } from './generator-health.ts';
import { LoopDelayWindows } from './generator-windows.ts';
import { Recorder } from './recorder.ts';
import type { RunMemory } from './run-memory.ts';
import { type RunEnd, type RunHead, toLoadResult } from './run-result.ts';
import { type Share, WHOLE } from './share.ts';
import type { Target } from './target.ts';
import type { Workload, WorkloadGround, WorkloadWords } from './workload.ts';
import { keepConnectionTimes, showWorkload } from './workload-memory.ts';

/** What a run is doing now; handed out about four times a second. */
export interface LoadProgress {
  readonly elapsedMs: number;
  readonly planned: number;
  readonly sent: number;
  readonly completed: number;
  readonly errors: number;
  /** The figures of all arrivals until now. Counted when asked for, so ask about once a second. */
  total?(): StepResult;
  /** The whole result until now, of what is settled; asked for as seldom. */
  live?(): LoadResult;
}

/** The end of a part of a run: what does not lie in its memory. */
export interface PartEnd extends Pick<RunEnd, 'drainMs'> {
  readonly words: WorkloadWords | undefined;
}

/** Where arrivals come from: a schedule, or the answers themselves. */
export interface ArrivalSource {
  /** Starts to call `admit`; calls `done` after the last arrival. */
  start(admit: (index: number, intendedAt: number, now: number) => void, done: () => void): void;
  /** An arrival was settled at `now`; `ok` is false for any error. */
  settled(ok: boolean, now: number): void;
  /** Hands out at once what was due before `now`: the generator may be behind. */
  handOut(now: number): void;
  /** Hands out no more by itself. */
  stop(): void;
}

/** Settings of a {@link LoadRun}; all checked and filled in. */
export interface RunSettings {
  readonly target: Target;
  /** The scenario's name. */
  readonly scenario: string;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly drainMs: number;
  readonly setup: LoadSetup;
  readonly clock: Clock;
  /** Where the figures are kept; empty. */
  readonly memory: RunMemory;
  /** The part of the run that is driven here; default: all of it. */
  readonly share?: Share;
  /** When the schedule starts, in clock milliseconds, so that several start at one instant; default: at once. */
  readonly startAt?: number;
  /** Longest drain after an interruption; default 800. */
  readonly interruptedDrainMs?: number;
  readonly openWorkload: (ground: WorkloadGround) => Workload;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: LoadProgress) => void) | undefined;
  /** Told each second what the workload says in words, if anything: should this thread be lost, that stays. */
  readonly onWords?: ((words: WorkloadWords) => void) | undefined;
  /** For the result's head. */
  readonly arrivals: Omit<LoadResult['arrivals'], 'planned'>;
}

const PROGRESS_MS = 250;
const WORDS_MS = 1_000;
/** Leaves time to report within a second of the interruption. */
const INTERRUPTED_DRAIN_MS = 800;
const SWEEP_MIN_MS = 10;
const SWEEP_MAX_MS = 100;

/** One run from its first arrival to its result. */
export class LoadRun {
  readonly #settings: RunSettings;
  readonly #source: ArrivalSource;
  readonly #workload: Workload;
  readonly #recorder: Recorder;
  readonly #health: HealthMonitor;
  readonly #loopDelays: LoopDelayWindows;
  readonly #startAt: number;
  readonly #startedAt: string;
  readonly #finished: PromiseWithResolvers<number> = Promise.withResolvers();
  readonly #interrupt = (): void => {
    const { drainMs, interruptedDrainMs = INTERRUPTED_DRAIN_MS } = this.#settings;
    this.#endSending(Math.min(interruptedDrainMs, drainMs), true);
  };
  #sweepTimer: Timer | undefined;
  #drainTimer: Timer | undefined;
  #progressAt = 0;
  #wordsAt = 0;
  #interrupted = false;
  #isFinished = false;
  /** When sending ended; undefined while it goes on. */
  #sentAllAt: number | undefined;

  /** @param toSource makes the source, given when the run starts in clock milliseconds. */
  constructor(settings: RunSettings, toSource: (startAt: number) => ArrivalSource) {
    const { clock, seed, arrivals, memory } = settings;
    this.#settings = settings;
    this.#health = new HealthMonitor(clock, memory.totals.health);
    this.#startedAt = new Date(clock.wallNow()).toISOString();
    this.#startAt = settings.startAt ?? clock.now();
    this.#recorder = new Recorder(this.#startAt, arrivals.durationMs, memory);
    this.#loopDelays = new LoopDelayWindows(memory.totalShape, memory, memory.totals.generator);
    const onSettled = (ok: boolean, now: number): void => this.#settled(ok, now);
    const random = createRandom(seed);
    this.#workload = settings.openWorkload({ clock, recorder: this.#recorder, memory, random, onSettled });
    this.#source = toSource(this.#startAt);
  }

  /** Runs to the end, and gives the result. Rejects only when the scenario's own code threw where no request stands for it. */
  async run(): Promise<LoadResult> {
    return this.#resultUntil(await this.#drive());
  }

  /** As {@link LoadRun.run}, for who reads the figures from the memory: gives only what does not lie there. */
  async runPart(): Promise<PartEnd> {
    const { drainMs } = this.#endAt(await this.#drive());
    return { drainMs, words: this.#workload.words?.() };
  }

  /** Gives when it ended. */
  #drive(): Promise<number> {
    const { signal, drainMs, share: { index: first, of } = WHOLE } = this.#settings;
    if (signal?.aborted === true) {
      this.#interrupt();
      return this.#finished.promise;
    }
    signal?.addEventListener('abort', this.#interrupt, { once: true });
    this.#sweep();
    this.#source.start(
      (own, intendedAt, now) => this.#guard(() => this.#workload.admit(first + own * of, intendedAt, now)),
      () => this.#endSending(drainMs, false),
    );
    return this.#finished.promise;
  }

  #settled(ok: boolean, now: number): void {
    this.#source.settled(ok, now);
    // Not at once: one event may settle several arrivals, and all of them belong to the result.
    if (this.#sentAllAt !== undefined) queueMicrotask(() => this.#finishIfIdle());
  }

  /** No more arrivals; what is under way may take `drainMs` more. */
  #endSending(drainMs: number, interrupted: boolean): void {
    if (this.#isFinished) return;
    const now = this.#settings.clock.now();
    this.#source.stop();
    this.#sentAllAt ??= now;
    this.#recorder.wentOnUntil(now);
    this.#health.endSending();
    this.#drainTimer?.cancel();
    this.#drainTimer = this.#settings.clock.schedule(drainMs, () => this.#finish());
    if (interrupted) {
      this.#interrupted = true;
      this.#workload.interrupt(now);
      this.#source.handOut(now);
    }
    this.#finishIfIdle();
  }

  #sweep(): void {
    const { clock, timeoutMs } = this.#settings;
    const now = clock.now();
    this.#guard(() => {
      this.#workload.sweep(now);
      this.#health.look(now);
      this.#loopDelays.look(now);
      showWorkload(this.#workload, this.#settings.memory.totals);
      this.#tell(now);
      this.#tellWords(now);
    });
    this.#finishIfIdle();
    if (this.#isFinished) return;
    const pauseMs = Math.min(SWEEP_MAX_MS, Math.max(SWEEP_MIN_MS, timeoutMs / 50));
    this.#sweepTimer = clock.schedule(pauseMs, () => this.#sweep());
  }

  #tell(now: number): void {
    if (now - this.#progressAt < PROGRESS_MS) return;
    this.#progressAt = now;
    const { planned, sent, completed, errors } = this.#recorder;
    const elapsedMs = now - this.#startAt;
    const total = (): StepResult => this.#workload.rows().total;
    const live = (): LoadResult => this.#resultUntil(this.#settings.clock.now());
    const sentNow = sent + this.#workload.inFlight;
    this.#settings.onProgress?.({ elapsedMs, planned, sent: sentNow, completed, errors, total, live });
  }

  #tellWords(now: number): void {
    const { onWords } = this.#settings;
    if (onWords === undefined || this.#workload.words === undefined || now - this.#wordsAt < WORDS_MS) return;
    this.#wordsAt = now;
    onWords(this.#workload.words());
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#release();
      this.#stopWatching();
      this.#workload.close(this.#settings.clock.now());
      this.#finished.reject(cause);
    }
  }

  #finishIfIdle(): void {
    if (this.#sentAllAt !== undefined && this.#workload.isIdle) this.#finish();
  }

  #finish(): void {
    if (this.#isFinished) return;
    const now = this.#settings.clock.now();
    this.#release();
    this.#workload.close(now);
    this.#stopWatching();
    showWorkload(this.#workload, this.#settings.memory.totals);
    keepConnectionTimes(this.#workload, this.#settings.memory.totals);
    this.#finished.resolve(now);
  }

  #stopWatching(): void {
    this.#health.stop();
    this.#loopDelays.stop();
  }

  /** Stops all that would go on. */
  #release(): void {
    this.#isFinished = true;
    this.#source.stop();
    this.#sweepTimer?.cancel();
    this.#drainTimer?.cancel();
    this.#settings.signal?.removeEventListener('abort', this.#interrupt);
  }

  /** The figures until now; those of the connections are kept at the end. */
  #resultUntil(now: number): LoadResult {
    return toLoadResult(this.#head, [this.#settings.memory], this.#workload.rows(), this.#endAt(now));
  }

  #endAt(now: number): RunEnd {
    return { interrupted: this.#interrupted, drainMs: now - (this.#sentAllAt ?? now), workersLost: [] };
  }

  get #head(): RunHead {
    const { scenario, target, seed, setup, arrivals } = this.#settings;
    return { scenario, target: target.origin, seed, startedAt: this.#startedAt, setup, arrivals };
  }
}
