import type { Clock, Timer } from '../core/index.ts';
import { AUTH_ERRORS } from './errors.ts';
import type { HashAnswer, HashJob, HashThread, StartHashThread } from './hash-thread.ts';

const RESTART_WINDOW_MS = 60_000;
/** Deaths within the window that are answered by a new thread at once; after that a lane rests until the first is out of it. */
const MAX_RESTARTS = 5;
/** A hash that runs longer is given up, and its thread with it: the cost bound makes that a sign of a sick machine. */
const RUN_LIMIT_MS = 30_000;

interface Lane {
  thread: HashThread | undefined;
  busy: boolean;
}

/** The hash threads: hands a job to a free one, and replaces those that die, within bounds. */
export class HashCrew {
  readonly #start: StartHashThread;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #lanes: Lane[];
  readonly #deathTimes: number[] = [];
  readonly #rests = new Set<Timer>();
  #lastCause: unknown;
  #closed = false;
  /** Threads that died. */
  crashes = 0;

  /** @param changed called when a thread was replaced, or the last one died. */
  constructor(threads: number, start: StartHashThread, clock: Clock, changed: () => void) {
    this.#start = start;
    this.#clock = clock;
    this.#changed = changed;
    this.#lanes = Array.from({ length: threads }, () => ({ thread: undefined, busy: false }));
    for (const lane of this.#lanes) this.#man(lane);
  }

  /** Threads alive. */
  get size(): number {
    return this.#lanes.filter((lane) => lane.thread !== undefined).length;
  }

  get hasFree(): boolean {
    return this.#lanes.some(isFree);
  }

  /** Runs `job` on a free thread; only when there is one. */
  async run(job: HashJob): Promise<HashAnswer> {
    const lane = this.#lanes.find(isFree);
    const thread = lane?.thread;
    if (lane === undefined || thread === undefined) throw this.unavailable();
    lane.busy = true;
    const limit = Promise.withResolvers<never>();
    const timer = this.#clock.schedule(RUN_LIMIT_MS, () => {
      limit.reject(AUTH_ERRORS.create('MILLRACE_AUTH_HASH_DEADLINE', { waitedMs: RUN_LIMIT_MS }));
      this.#lose(lane, new Error(`a hash ran longer than ${RUN_LIMIT_MS} ms`));
      void thread.close();
    });
    try {
      return await Promise.race([limit.promise, thread.run(job)]);
    } finally {
      timer.cancel();
      lane.busy = false;
    }
  }

  /** The error for a job when no thread is left. */
  unavailable(): Error {
    const context = { crashes: this.#deathTimes.length, windowMs: RESTART_WINDOW_MS };
    return AUTH_ERRORS.create('MILLRACE_AUTH_HASH_UNAVAILABLE', context, this.#lastCause);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const rest of this.#rests) rest.cancel();
    await Promise.all(this.#lanes.map((lane) => lane.thread?.close()));
  }

  #man(lane: Lane): void {
    const thread = this.#start((cause) => {
      if (lane.thread === thread) this.#lose(lane, cause);
    });
    lane.thread = thread;
  }

  #lose(lane: Lane, cause: Error): void {
    lane.thread = undefined;
    this.#lastCause = cause;
    this.crashes++;
    if (this.#closed) return;
    const now = this.#clock.now();
    while (this.#deathTimes[0] !== undefined && now - this.#deathTimes[0] >= RESTART_WINDOW_MS)
      this.#deathTimes.shift();
    this.#deathTimes.push(now);
    if (this.#deathTimes.length <= MAX_RESTARTS) this.#man(lane);
    else this.#rest(lane, this.#deathTimes[0]! + RESTART_WINDOW_MS - now);
    this.#changed();
  }

  #rest(lane: Lane, delayMs: number): void {
    const wake = (): void => {
      this.#rests.delete(timer);
      this.#man(lane);
      this.#changed();
    };
    const timer = this.#clock.schedule(delayMs, wake, { keepAlive: false });
    this.#rests.add(timer);
  }
}

function isFree(lane: Lane): boolean {
  return lane.thread !== undefined && !lane.busy;
}
