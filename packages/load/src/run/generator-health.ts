import { monitorEventLoopDelay, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import process from 'node:process';
import type { Clock } from 'millrace/core';
import { CoreWait } from './core-wait.ts';

/** What a run cost its generator, or one thread of it. */
export interface Health {
  /** Processor time of this thread. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
  /** Share of one core that it used while it was sending: a drain has little to do. */
  readonly sendingCpuShare: number;
  /** Share of that time in which it collected garbage. */
  readonly sendingGcShare: number;
  /** Of the time in which it had something to do, the share in which it had no core; 0 where the system does not count it. */
  readonly sendingWaitShare: number;
  /** How much later than asked the event loop ran its timers. */
  readonly loopDelayP99Us: number;
  readonly loopDelayMaxUs: number;
  /** Most that the wall clock went on, or back, beside the monotonic one between two looks. */
  readonly clockJumpMs: number;
}

type SendingShares = Pick<Health, 'sendingCpuShare' | 'sendingGcShare' | 'sendingWaitShare'>;

const FIGURES = [
  'cpuMs',
  'elapsedMs',
  'sendingCpuShare',
  'sendingGcShare',
  'sendingWaitShare',
  'loopDelayP99Us',
  'loopDelayMaxUs',
  'clockJumpMs',
] as const satisfies readonly (keyof Health)[];

/** Doubles that a {@link HealthMonitor} writes. */
export const HEALTH_CELLS: number = FIGURES.length;

/** How often the delay of the event loop is measured. */
export const LOOP_RESOLUTION_MS = 10;
const LOOK_MS = 100;

/** Watches the generator's own thread from its making to {@link HealthMonitor.stop}. */
export class HealthMonitor {
  readonly #clock: Clock;
  readonly #memory: Float64Array;
  readonly #startedAt: number;
  readonly #startCpu: NodeJS.CpuUsage = process.threadCpuUsage();
  readonly #delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  readonly #collections: PerformanceObserver;
  #gcMs = 0;
  #lookedAt: number;
  #wallAt: number;
  #clockJumpMs = 0;
  readonly #coreWait = new CoreWait();
  #sendingShares: SendingShares | undefined;

  /** @param memory what is found so far is written into it at each look */
  constructor(clock: Clock, memory: Float64Array = new Float64Array(HEALTH_CELLS)) {
    this.#clock = clock;
    this.#memory = memory;
    this.#startedAt = clock.now();
    this.#lookedAt = this.#startedAt;
    this.#wallAt = clock.wallNow();
    this.#collections = new PerformanceObserver((list) => this.#collected(list.getEntries()));
    this.#collections.observe({ entryTypes: ['gc'] });
    this.#delay.enable();
  }

  /** To be called often. */
  look(now: number): void {
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#look(now);
  }

  /** The last request is on its way, or the run was interrupted. */
  endSending(): void {
    this.#sendingShares ??= this.#shares();
  }

  stop(): Health {
    this.#delay.disable();
    this.endSending();
    this.#look(this.#clock.now());
    this.#collections.disconnect();
    this.#coreWait.close();
    return readHealth(this.#memory);
  }

  #look(now: number): void {
    const wall = this.#clock.wallNow();
    const jumpMs = Math.abs(wall - this.#wallAt - (now - this.#lookedAt));
    this.#clockJumpMs = Math.max(this.#clockJumpMs, jumpMs);
    this.#lookedAt = now;
    this.#wallAt = wall;
    const told = this.#delay.count > 0;
    const health: Health = {
      cpuMs: this.#cpuMs(),
      elapsedMs: now - this.#startedAt,
      ...(this.#sendingShares ?? this.#shares()),
      loopDelayP99Us: told ? beyondResolution(this.#delay.percentile(99)) : 0,
      loopDelayMaxUs: told ? beyondResolution(this.#delay.max) : 0,
      clockJumpMs: this.#clockJumpMs,
    };
    FIGURES.forEach((figure, cell) => {
      this.#memory[cell] = health[figure];
    });
  }

  #shares(): SendingShares {
    this.#collected(this.#collections.takeRecords());
    const elapsedMs = Math.max(1, this.#clock.now() - this.#startedAt);
    const cpuMs = this.#cpuMs();
    const waitMs = this.#coreWait.ms;
    return {
      sendingCpuShare: cpuMs / elapsedMs,
      sendingGcShare: this.#gcMs / elapsedMs,
      sendingWaitShare: waitMs / Math.max(1, cpuMs + waitMs),
    };
  }

  #collected(entries: readonly PerformanceEntry[]): void {
    for (const { duration } of entries) this.#gcMs += duration;
  }

  #cpuMs(): number {
    const { user, system } = process.threadCpuUsage(this.#startCpu);
    return (user + system) / 1_000;
  }
}

/** What a {@link HealthMonitor} wrote, of this thread or another one. */
export function readHealth(memory: Float64Array): Health {
  return Object.fromEntries(FIGURES.map((figure, cell) => [figure, memory[cell]])) as Record<keyof Health, number>;
}

/** In microseconds. The monitor measures from timer to timer, so its resolution is part of each value. */
export function beyondResolution(nanoseconds: number): number {
  return Math.max(0, Math.round(nanoseconds / 1_000 - LOOP_RESOLUTION_MS * 1_000));
}
