import { type FindMaxOptions, runLoad, runLoadInWorkers, type ScenarioSource } from '@millrace/load';

/** One thread sends that many with ease, and more threads take a while to start. */
const ONE_THREAD_PER_SECOND = 1_000;

/**
 * Drives the runs of a search: slow ones in this thread, faster ones over several, as `load run` does.
 * @param source the same requests as the search's scenario, so that each thread can make its own
 * @param workers default: as many as `load run` takes
 */
export function runInThreads(source: ScenarioSource, workers: number | undefined): NonNullable<FindMaxOptions['run']> {
  return (options) => {
    const { scenario: _scenario, clock: _clock, arrivals, ...rest } = options;
    const isSlow = arrivals.kind === 'constant' && arrivals.ratePerSecond <= ONE_THREAD_PER_SECOND;
    if (isSlow || workers === 1) return runLoad(options);
    return runLoadInWorkers({ ...rest, source, model: arrivals, ...(workers !== undefined && { workers }) });
  };
}
