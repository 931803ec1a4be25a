import {
  type Clock,
  checkOptionNames,
  createRandom,
  type OptionNames,
  type Random,
  systemClock,
} from '../../core/index.ts';
import { rateShed } from '../../signals/index.ts';
import { checkName, checkWhole, refuseOption } from '../option-check.ts';
import { type EventLoop, nodeEventLoop } from './event-loop.ts';
import { LoopDelay } from './loop-delay.ts';
import { QueueWait } from './queue-wait.ts';

/** How much somebody would miss an answer. `critical`: never refused, such as health checks and what operators need. */
export type LoadPriority = 'critical' | 'high' | 'normal' | 'low';

/** What {@link createLoadShedder} takes. */
export interface LoadShedderOptions {
  /** Names it. Not empty; no user data; default `default`. */
  readonly name?: string;
  /**
   * How long a request of `normal` priority may have waited for the event loop, in milliseconds, or may be about to wait in
   * a queue of the service's own; one of `low` half as long, one of `high` twice. 5 to 10,000; default 50.
   */
  readonly maxDelayMs?: number;
  /** The least time after which who was refused is asked to come again, in milliseconds; up to twice as long is said. 0 to 3,600,000; default 1,000. */
  readonly retryAfterMs?: number;
  /** Spreads that time; default a stream of its own. */
  readonly random?: Random;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/** Whether a request is to be answered. */
export interface LoadDecision {
  readonly admitted: boolean;
  /** After how many milliseconds to come again, 0 when it is admitted. */
  readonly retryAfterMs: number;
}

/** Counts since it was made; `delayMs` and `utilization` are as of the last request. */
export interface LoadShedderStats {
  readonly admitted: number;
  readonly shed: Readonly<Record<LoadPriority, number>>;
  /** What that request had waited for the event loop, as far as can be told. */
  readonly delayMs: number;
  /** Share of the time that the loop was busy, 0 to 1. */
  readonly utilization: number;
  /** How many wait by {@link LoadShedder.enterQueue} now. */
  readonly queued: number;
  /** How long one who comes now would wait with them. */
  readonly queueMs: number;
}

/** Refuses what would come too late anyway, so that the rest does not. */
export interface LoadShedder {
  readonly name: string;
  readonly maxDelayMs: number;
  /**
   * To be asked first thing about each request.
   * @param waitedMs what it has waited before it came here, where that is known: in a queue, or at a proxy; default 0
   * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`: there is no such priority
   */
  admit(priority?: LoadPriority, waitedMs?: number): LoadDecision;
  /**
   * Says that an admitted request begins to wait for its turn in the service: for a connection, a slot, a lock. While those
   * who come would wait too long there, {@link LoadShedder.admit} refuses, the least important first.
   * @returns to be called when its turn has come, or when it has gone; again does nothing
   */
  enterQueue(): () => void;
  stats(): LoadShedderStats;
}

const OPTIONS: OptionNames<LoadShedderOptions> = {
  name: true,
  maxDelayMs: true,
  retryAfterMs: true,
  random: true,
  clock: true,
};
/** What each may wait, in the unit of `maxDelayMs`. */
const PATIENCE: Readonly<Record<LoadPriority, number>> = { critical: Infinity, high: 2, normal: 1, low: 0.5 };
/** A loop that is busy less than this is not overloaded: something took long, and that is over. */
const BUSY = 0.8;
const PATIENCE_AT_REST = 4;
const ADMITTED: LoadDecision = Object.freeze({ admitted: true, retryAfterMs: 0 });

/**
 * Makes a shedder for the event loop of this thread. It has no timer: each turn of the loop takes on what it can do in time
 * and refuses the rest of what has arrived, the least important first, so that an overloaded service goes on doing as much
 * as it can, for people who still wait.
 *
 * Sources: K. Nichols, V. Jacobson, "Controlling Queue Delay" (CoDel), ACM Queue 10(5), 2012: judge by the time of waiting,
 * not by lengths or load. H. Zhou et al., "Overload Control for Scaling WeChat Microservices" (DAGOR), SoCC 2018: by the time
 * before the work begins, and by priority. B. Maurer, "Fail at Scale", ACM Queue 13(8), 2015: more patience while at rest.
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const shedder = createLoadShedder({ maxDelayMs: 50 });
 * const { admitted, retryAfterMs } = shedder.admit(isCheckout(request) ? 'high' : 'normal');
 */
export function createLoadShedder(options: LoadShedderOptions = {}): LoadShedder {
  return new LoopShedder(options, nodeEventLoop);
}

/** A {@link LoadShedder} over any event loop. */
export class LoopShedder implements LoadShedder {
  readonly name: string;
  readonly maxDelayMs: number;
  readonly #retryAfterMs: number;
  readonly #random: Random;
  readonly #delay: LoopDelay;
  readonly #queue: QueueWait;
  readonly #shed = { critical: 0, high: 0, normal: 0, low: 0 };
  #admitted = 0;
  #lastDelayMs = 0;

  constructor(options: LoadShedderOptions, loop: EventLoop) {
    checkOptionNames('createLoadShedder', options, OPTIONS);
    this.name = checkName('name', options.name ?? 'default');
    this.maxDelayMs = checkWhole('maxDelayMs', options.maxDelayMs ?? 50, 5, 10_000);
    this.#retryAfterMs = checkWhole('retryAfterMs', options.retryAfterMs ?? 1_000, 0, 3_600_000);
    this.#random = options.random ?? createRandom(Math.floor(Math.random() * 2 ** 32));
    this.#delay = new LoopDelay(options.clock ?? systemClock, loop);
    this.#queue = new QueueWait(options.clock ?? systemClock);
  }

  admit(priority: LoadPriority = 'normal', waitedMs = 0): LoadDecision {
    const patience = PATIENCE[priority];
    if (patience === undefined) throw refuseOption('priority', priority, Object.keys(PATIENCE).join(', '));
    const delayMs = Math.max(this.#delay.now(), waitedMs);
    this.#lastDelayMs = delayMs;
    const limitMs = patience * this.maxDelayMs;
    const loopLimitMs = limitMs * (this.#delay.utilization < BUSY ? PATIENCE_AT_REST : 1);
    if (delayMs <= loopLimitMs && this.#queue.expected() <= limitMs) {
      this.#admitted++;
      return ADMITTED;
    }
    this.#shed[priority]++;
    if (rateShed.hasSubscribers) {
      rateShed.publish({ name: this.name, priority, delayMs, queueMs: this.#queue.expected() });
    }
    return { admitted: false, retryAfterMs: Math.ceil(this.#retryAfterMs * (1 + this.#random.next())) };
  }

  enterQueue(): () => void {
    return this.#queue.enter();
  }

  stats(): LoadShedderStats {
    return {
      admitted: this.#admitted,
      shed: { ...this.#shed },
      delayMs: this.#lastDelayMs,
      utilization: this.#delay.utilization,
      queued: this.#queue.length,
      queueMs: this.#queue.expected(),
    };
  }
}
