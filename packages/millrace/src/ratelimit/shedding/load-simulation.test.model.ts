import { createRandom, type Random, systemClock } from '../../core/index.ts';
import type { LoadPriority } from './index.ts';
import { LoopShedder } from './load-shedder.ts';

/** What is done in a second. */
export interface SimulatedSecond {
  readonly offered: Record<LoadPriority, number>;
  readonly admitted: Record<LoadPriority, number>;
  /** From arrival to answer, of those answered in this second. */
  readonly latencies: Record<LoadPriority, number[]>;
}

/** What is simulated: a service whose requests wait, first come first served, for one of so many slots. */
export interface SimulatedService {
  readonly slots: number;
  /** Mean; exponential. */
  readonly holdMs: number;
  readonly maxDelayMs: number;
  /** Arrivals as a multiple of what the slots can do, one after the other; Poisson. */
  readonly phases: readonly { readonly seconds: number; readonly load: number }[];
}

interface Request {
  readonly priority: LoadPriority;
  readonly cameMs: number;
  readonly leave: () => void;
}

const none = <T>(make: () => T): Record<LoadPriority, T> => ({
  critical: make(),
  high: make(),
  normal: make(),
  low: make(),
});

/** Simulates it behind a shedder, on an event loop that is always at rest. */
export class LoadSimulation {
  readonly seconds: SimulatedSecond[] = [];
  readonly shedder: LoopShedder;
  readonly #service: SimulatedService;
  readonly #random: Random;
  readonly #waiting: Request[] = [];
  /** When who holds a slot gives it back, and who. */
  readonly #held: { readonly endMs: number; readonly request: Request }[] = [];
  #ms = 0;

  constructor(service: SimulatedService, seed: number) {
    this.#service = service;
    this.#random = createRandom(seed);
    const { maxDelayMs } = service;
    const loop = { read: () => ({ idleMs: this.#ms, turns: 0 }), atTurnEnd: (call: () => void) => call() };
    const clock = { ...systemClock, now: () => this.#ms };
    this.shedder = new LoopShedder({ maxDelayMs, clock, random: createRandom(seed) }, loop);
  }

  /** What the slots can do in a second. */
  get capacity(): number {
    return (1_000 * this.#service.slots) / this.#service.holdMs;
  }

  run(): readonly SimulatedSecond[] {
    let endMs = 0;
    for (const { seconds, load } of this.#service.phases) {
      endMs += 1_000 * seconds;
      for (;;) {
        const nextMs = this.#ms + this.#exponential(1_000 / (load * this.capacity));
        this.#finishUntil(Math.min(nextMs, endMs));
        if (nextMs >= endMs) break;
        this.#ms = nextMs;
        this.#arrive();
      }
      this.#ms = endMs;
    }
    return this.seconds;
  }

  #arrive(): void {
    const lot = this.#random.next();
    const priority = lot < 0.2 ? 'high' : lot < 0.8 ? 'normal' : 'low';
    this.#second().offered[priority]++;
    if (!this.shedder.admit(priority).admitted) return;
    this.#second().admitted[priority]++;
    this.#waiting.push({ priority, cameMs: this.#ms, leave: this.shedder.enterQueue() });
    this.#serve();
  }

  #serve(): void {
    while (this.#held.length < this.#service.slots) {
      const request = this.#waiting.shift();
      if (request === undefined) return;
      request.leave();
      this.#held.push({ endMs: this.#ms + this.#exponential(this.#service.holdMs), request });
      this.#held.sort((one, other) => one.endMs - other.endMs);
    }
  }

  #finishUntil(ms: number): void {
    while (this.#held[0] !== undefined && this.#held[0].endMs < ms) {
      const { endMs, request } = this.#held.shift()!;
      this.#ms = endMs;
      this.#second().latencies[request.priority].push(endMs - request.cameMs);
      this.#serve();
    }
  }

  #second(): SimulatedSecond {
    const at = Math.floor(this.#ms / 1_000);
    this.seconds[at] ??= { offered: none(() => 0), admitted: none(() => 0), latencies: none((): number[] => []) };
    return this.seconds[at];
  }

  #exponential(mean: number): number {
    return -Math.log(1 - this.#random.next()) * mean;
  }
}
