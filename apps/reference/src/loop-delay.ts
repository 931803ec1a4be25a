import type { Clock, Histogram } from 'millrace/core';

/** Often enough for a P99 of a phase of two seconds. */
const INTERVAL_MS = 2;

/**
 * Samples how late the event loop is. A stall stands for all the samples that it kept from being taken, each a little
 * less late than the one before, so that a block of a second is not one sample among many good ones.
 * @returns ends the sampling
 */
export function sampleLoopDelay(histogram: Histogram, clock: Clock): () => void {
  let dueAt = clock.now() + INTERVAL_MS;
  const sample = (): void => {
    const now = clock.now();
    for (let lateMs = now - dueAt; lateMs >= 0; lateMs -= INTERVAL_MS) histogram.record(lateMs * 1000);
    dueAt = now + INTERVAL_MS;
    timer = clock.schedule(INTERVAL_MS, sample, { keepAlive: false });
  };
  let timer = clock.schedule(INTERVAL_MS, sample, { keepAlive: false });
  return () => timer.cancel();
}
