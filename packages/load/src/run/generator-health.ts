import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import type { Clock } from 'millrace/core';

/** What a run cost its generator. */
export interface Health {
  /** Processor time of this thread. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
  /** Share of one core that it used while it was sending: a drain has little to do. */
  readonly sendingCpuShare: number;
  /** How much later than asked the event loop ran its timers. */
  readonly loopDelayP99Us: number;
  readonly loopDelayMaxUs: number;
}

const RESOLUTION_MS = 10;

/** Watches the generator's own thread from its making to {@link HealthMonitor.stop}. */
export class HealthMonitor {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #startCpu: NodeJS.CpuUsage = process.threadCpuUsage();
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  #sendingCpuShare: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#delay.enable();
  }

  /** The last request is on its way, or the run was interrupted. */
  endSending(): void {
    this.#sendingCpuShare ??= this.#cpuMs() / Math.max(1, this.#clock.now() - this.#startedAt);
  }

  stop(): Health {
    this.#delay.disable();
    this.endSending();
    return {
      cpuMs: this.#cpuMs(),
      elapsedMs: this.#clock.now() - this.#startedAt,
      sendingCpuShare: this.#sendingCpuShare ?? 0,
      loopDelayP99Us: this.#delay.count === 0 ? 0 : beyondResolution(this.#delay.percentile(99)),
      loopDelayMaxUs: this.#delay.count === 0 ? 0 : beyondResolution(this.#delay.max),
    };
  }

  #cpuMs(): number {
    const { user, system } = process.threadCpuUsage(this.#startCpu);
    return (user + system) / 1_000;
  }
}

/** The monitor measures from timer to timer, so its resolution is part of each value. */
function beyondResolution(nanoseconds: number): number {
  return Math.max(0, Math.round(nanoseconds / 1_000 - RESOLUTION_MS * 1_000));
}
