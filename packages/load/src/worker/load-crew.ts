import type { LoadJournal } from '../journal/index.ts';
import type { LoadResult, ServiceRemark } from '../result/index.ts';
import {
  type LoadOrder,
  type LoadProgress,
  Recorder,
  type RunEnd,
  type RunHead,
  RunMemory,
  RunWindows,
  readWorkload,
  rowsOf,
  type Share,
  toLiveResult,
  toLoadResult,
  withRemarks,
} from '../run/index.ts';
import { stripeOf, toSchedule } from '../schedule/index.ts';
import { WORKER_ERRORS } from './errors.ts';
import { LoadThread } from './load-thread.ts';
import { sharedNow } from './messages.ts';
import { withWords } from './part-words.ts';
import type { ScenarioSource } from './scenario-source.ts';
import { settleUnfinished, type UnfinishedPart } from './unfinished-part.ts';

/** Settings of a {@link LoadCrew}. */
export interface CrewSettings {
  readonly order: LoadOrder;
  readonly source: ScenarioSource;
  readonly shared: unknown;
  /** Its `startedAt` is put right when the schedule starts. */
  readonly head: RunHead;
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly journal: LoadJournal | undefined;
  readonly options: {
    readonly workerHeapMb?: number;
    readonly onProgress?: (progress: LoadProgress) => void;
  };
}

const READY_MS = 60_000;
/** From the last worker's being ready to the common start. */
const LEAD_MS = 20;
const PROGRESS_MS = 250;
const JOURNAL_MS = 1_000;
/** Workers drain that long after an interruption, and are killed when they take longer: the result is due in a second. */
const INTERRUPTED_DRAIN_MS = 700;
const INTERRUPTED_KILL_MS = 900;
/** How much later than the end of its drain a worker may end. */
const OVERDUE_MS = 5_000;

/** The workers of one run, from their making to its result. */
export class LoadCrew {
  readonly #settings: CrewSettings;
  #head: RunHead;
  #threads: readonly LoadThread[] = [];
  readonly #durationMs: number;
  readonly #timers: Set<NodeJS.Timeout> = new Set();
  /** Of code that was told of the progress, and threw. */
  readonly #broken: PromiseWithResolvers<never> = Promise.withResolvers();
  #epochMs = 0;
  #interruptedAtMs: number | undefined;
  #journaledAtMs = 0;
  readonly #windows: RunWindows = new RunWindows();

  constructor(settings: CrewSettings) {
    this.#settings = settings;
    this.#head = settings.head;
    this.#durationMs = settings.head.arrivals.durationMs;
  }

  /** Drives the run to its end. One that is interrupted before its start has an empty result. */
  async run(): Promise<LoadResult> {
    const { signal, journal } = this.#settings;
    const aborted = Promise.withResolvers<void>();
    const interrupt = (): void => {
      aborted.resolve();
      if (this.#isStarted) this.#interrupt();
    };
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      if (!signal.aborted) await Promise.race([this.#getReady(), aborted.promise]);
      if (!signal.aborted) await this.#drive();
      const result = this.#isStarted ? this.#result() : this.#unstarted();
      await journal?.finish(result);
      return withRemarks(result, journal?.failure === undefined ? [] : [toRemark(journal.failure)]);
    } finally {
      signal.removeEventListener('abort', interrupt);
      for (const timer of this.#timers) clearTimeout(timer);
      await Promise.all(this.#threads.map((thread) => thread.kill()));
    }
  }

  get #isStarted(): boolean {
    return this.#epochMs > 0;
  }

  async #getReady(): Promise<void> {
    const { order, source, shared, workers, options } = this.#settings;
    this.#threads = Array.from({ length: workers }, (_, index) => {
      const task = { order, source, shared, share: { index, of: workers }, interruptedDrainMs: INTERRUPTED_DRAIN_MS };
      return new LoadThread(task, this.#durationMs, options.workerHeapMb);
    });
    const tooLong = Promise.withResolvers<never>();
    this.#after(READY_MS, () => tooLong.reject(new Error(`it took more than ${READY_MS / 1_000} s`)));
    for (const [worker, { ready }] of this.#threads.entries()) {
      await Promise.race([ready, tooLong.promise]).catch((cause: Error & { code?: string }) => {
        if (cause.code?.startsWith('MILLRACE_') === true) throw cause;
        throw WORKER_ERRORS.create('MILLRACE_WORKER_NOT_READY', { worker, reason: cause.message }, cause);
      });
    }
  }

  async #drive(): Promise<void> {
    this.#start();
    await Promise.race([Promise.all(this.#threads.map((thread) => thread.ended)), this.#broken.promise]);
  }

  #start(): void {
    this.#head = { ...this.#head, startedAt: new Date(Date.now() + LEAD_MS).toISOString() };
    this.#epochMs = sharedNow() + LEAD_MS;
    for (const thread of this.#threads) thread.start(this.#epochMs);
    const longest = this.#durationMs + this.#settings.order.drainMs + OVERDUE_MS;
    this.#after(LEAD_MS + longest, () => this.#killAll());
    const tick = setInterval(() => {
      try {
        this.#tick();
      } catch (cause) {
        this.#broken.reject(cause);
      }
    }, PROGRESS_MS);
    this.#timers.add(tick);
  }

  #interrupt(): void {
    this.#interruptedAtMs ??= Math.max(0, this.#elapsedMs());
    for (const thread of this.#threads) thread.stop();
    this.#after(INTERRUPTED_KILL_MS, () => this.#killAll());
  }

  #killAll(): void {
    for (const thread of this.#threads) void thread.kill();
  }

  #tick(): void {
    const memories = this.#memories();
    const recorders = memories.map((memory) => new Recorder(0, this.#durationMs, memory));
    const sum = (read: (recorder: Recorder) => number): number => recorders.reduce((all, one) => all + read(one), 0);
    const inFlight = memories.reduce((all, { totals }) => all + readWorkload(totals).inFlight, 0);
    const live = (): LoadResult => this.#live();
    this.#settings.options.onProgress?.({
      elapsedMs: Math.max(0, this.#elapsedMs()),
      planned: sum(({ planned }) => planned),
      sent: sum(({ sent }) => sent) + inFlight,
      completed: sum(({ completed }) => completed),
      errors: sum(({ errors }) => errors),
      total: () => rowsOf(memories).total,
      live,
    });
    if (this.#elapsedMs() - this.#journaledAtMs < JOURNAL_MS) return;
    this.#journaledAtMs = this.#elapsedMs();
    this.#settings.journal?.append(this.#live());
  }

  #live(): LoadResult {
    const memories = this.#memories();
    return this.#told(toLiveResult(this.#head, memories, rowsOf(memories), this.#end(), this.#windows));
  }

  #unstarted(): LoadResult {
    this.#interruptedAtMs = 0;
    return this.#toResult([new RunMemory(this.#durationMs)]);
  }

  /** Everything until the end, with what unfinished workers leave. */
  #result(): LoadResult {
    const endMs = this.#elapsedMs();
    const unfinished = this.#threads.flatMap(({ share, memory, end }) => {
      if (end === 'done' || memory === undefined) return [];
      const as = end === 'killed' && this.#interruptedAtMs !== undefined ? 'interrupted' : 'unsent';
      return [{ share, memory, as } as const];
    });
    const memories = this.#memories();
    if (unfinished.length > 0) memories.push(this.#ledgerOf(unfinished, endMs));
    return this.#toResult(memories);
  }

  #ledgerOf(unfinished: readonly UnfinishedPart[], endMs: number): RunMemory {
    const { model, seed } = this.#settings.order;
    const { workers } = this.#settings;
    const ledger = new RunMemory(this.#durationMs);
    const stripe =
      model.kind === 'closed' ? undefined : ({ index }: Share) => stripeOf(toSchedule(model, seed), index, workers);
    // When one came to its end the schedule did, though the last arrival of another may be due a moment later.
    const scheduleMs = this.#threads.some(({ end }) => end === 'done') ? this.#durationMs : endMs;
    const untilMs = this.#interruptedAtMs === undefined ? scheduleMs : Math.min(this.#interruptedAtMs, endMs);
    settleUnfinished(unfinished, ledger, stripe, { durationMs: this.#durationMs, untilMs, endMs });
    return ledger;
  }

  #toResult(memories: readonly RunMemory[]): LoadResult {
    return this.#told(toLoadResult(this.#head, memories, rowsOf(memories), this.#end()));
  }

  /** The result with what lies in no memory. */
  #told(result: LoadResult): LoadResult {
    const counted = { ...result, generator: { ...result.generator, workers: this.#settings.workers } };
    return withWords(counted, this.#threads);
  }

  #end(): RunEnd {
    const isInterrupted = this.#interruptedAtMs !== undefined;
    // What does not stop in time when the run is interrupted is no fault of the generator.
    const lost = this.#threads.filter(({ end }) => end === 'lost' || (end === 'killed' && !isInterrupted));
    return {
      interrupted: isInterrupted,
      drainMs: Math.max(0, ...this.#threads.map(({ drainMs }) => drainMs)),
      workersLost: lost.map(({ cause }) => cause),
    };
  }

  #memories(): RunMemory[] {
    return this.#threads.flatMap(({ memory }) => memory ?? []);
  }

  #elapsedMs(): number {
    return sharedNow() - this.#epochMs;
  }

  #after(ms: number, act: () => void): void {
    this.#timers.add(setTimeout(act, ms));
  }
}

function toRemark(cause: string): ServiceRemark {
  return { code: 'journal-ended', values: { cause } };
}
