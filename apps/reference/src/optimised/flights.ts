import { type Clock, createSingleFlight, withTimeout } from 'millrace/core';
import { type Flights, UPSTREAM_TIMEOUT_MS } from '../ports/index.ts';

/** What a call says after so long may be old news to those who come now. */
const LATE_MS = 500;

/**
 * Those who ask the same while a call is under way share its answer. Its failure is not theirs when they came late and
 * have nothing else: a call that began while the network was silent fails long after all is well, so they ask again, once,
 * sharing that call too. There is never more than one call a key, and both together take no longer than one may.
 */
export function createSharedFlights(clock: Clock): Flights {
  const flights = createSingleFlight<string, unknown>({ clock });
  const begunAt = new WeakMap<Promise<unknown>, number>();
  const join = (key: string, load: () => Promise<unknown>) => {
    const answer = flights.run(key, load); // The same promise for all who share it.
    const now = clock.now();
    const age = now - (begunAt.get(answer) ?? now);
    if (age === 0) begunAt.set(answer, now);
    return { answer, isLate: age >= LATE_MS };
  };
  const run = async (key: string, load: () => Promise<unknown>, { asksAgain = true } = {}): Promise<unknown> => {
    const { answer, isLate } = join(key, load);
    if (!isLate || !asksAgain) return answer;
    return withTimeout(
      answer.catch(() => join(key, load).answer),
      UPSTREAM_TIMEOUT_MS,
      { clock },
    );
  };
  return {
    run: <T>(...asked: Parameters<typeof run>) => run(...asked) as Promise<T>,
    close: () => flights.close(),
  };
}
