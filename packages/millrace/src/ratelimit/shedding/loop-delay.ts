import type { Clock } from '../../core/index.ts';
import type { EventLoop, LoopReading } from './event-loop.ts';

/** How long utilisation is taken over, at least. */
const WINDOW_MS = 200;
/** Rests that are shorter are none: asking for events takes a moment too. */
const REST_MS = 0.05;

/**
 * What requests wait for the event loop, found out without a timer whenever one is asked about. All that has arrived is read
 * in one turn of the loop and handled one after the other, so what comes up late in a turn has waited for all before it; and
 * where the loop went on without a rest, for half of the turn before as well, on average.
 */
export class LoopDelay {
  readonly #clock: Clock;
  readonly #loop: EventLoop;
  #isOpen = false;
  #beganMs: number;
  #began: LoopReading;
  /** Half of what the last turns took, when the loop did not rest before this one. */
  #carriedMs = 0;
  #windowMs: number;
  #windowIdleMs: number;
  #utilization = 0;

  constructor(clock: Clock, loop: EventLoop) {
    this.#clock = clock;
    this.#loop = loop;
    this.#beganMs = clock.now();
    this.#began = loop.read();
    this.#windowMs = this.#beganMs;
    this.#windowIdleMs = this.#began.idleMs;
  }

  /** Milliseconds that a request which is handled now has waited, as far as can be told. */
  now(): number {
    const nowMs = this.#clock.now();
    if (!this.#isOpen) this.#open(nowMs);
    return Math.max(this.#carriedMs, nowMs - this.#beganMs);
  }

  /** Share of the time that the loop was busy lately, 0 to 1. */
  get utilization(): number {
    return this.#utilization;
  }

  #open(nowMs: number): void {
    this.#isOpen = true;
    this.#loop.atTurnEnd(() => {
      this.#isOpen = false;
    });
    const reading = this.#loop.read();
    const turns = reading.turns - this.#began.turns;
    const hasRested = reading.idleMs - this.#began.idleMs > REST_MS;
    this.#carriedMs = hasRested || turns <= 0 ? 0 : (nowMs - this.#beganMs) / turns / 2;
    this.#beganMs = nowMs;
    this.#began = reading;
    if (nowMs - this.#windowMs < WINDOW_MS) return;
    this.#utilization = Math.max(0, 1 - (reading.idleMs - this.#windowIdleMs) / (nowMs - this.#windowMs));
    this.#windowMs = nowMs;
    this.#windowIdleMs = reading.idleMs;
  }
}
