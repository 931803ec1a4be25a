import { type Clock, createSingleFlight } from 'millrace/core';
import type { Flights } from '../ports/index.ts';

/** Those who ask the same while a call is under way share its answer. */
export function createSharedFlights(clock: Clock): Flights {
  const flights = createSingleFlight<string, unknown>({ clock });
  return {
    run: <T>(key: string, load: () => Promise<T>) => flights.run(key, load) as Promise<T>,
    close: () => flights.close(),
  };
}
