import type { Clock } from '../../core/index.ts';

/**
 * What `answer` becomes, or undefined when it has not come after `ms`. The event loop turns once more before that is said:
 * after a pause of this process the answer lies in the socket already when the timer is due.
 */
export function inTime<T>(answer: Promise<T>, ms: number, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(ms, () => setImmediate(resolve, undefined));
    const end = (settle: () => void): void => {
      timer.cancel();
      settle();
    };
    answer.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
