import { type Clock, systemClock } from './clock.ts';
import { CORE_ERRORS } from './core-errors.ts';
import { checkWhole } from './option-checks.ts';
import { checkOptionNames, type OptionNames } from './option-names.ts';

/** Options of {@link createSingleFlight}. */
export interface SingleFlightOptions {
  /** Most loads that may run at once, forgotten ones included; 1 to 1,000,000, default 10,000. */
  readonly maxInFlight?: number;
  /** A load that takes longer fails for all who wait and frees its key; at least 1, default 30,000. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

/** At most one load a key at a time; whoever asks meanwhile waits for the same answer. */
export interface SingleFlight<Key, Value> {
  /**
   * The answer of the load in flight for `key`, or of `load`, started now. All who wait get the same promise, so
   * the same value or the same error. Nothing is kept once it is settled.
   *
   * `load` is called before `run` returns; its signal aborts at the time limit and on {@link SingleFlight.close}.
   * A load that goes on after that is neither waited for nor counted.
   *
   * Rejects with what `load` threw, or MILLRACE_CORE_SINGLE_FLIGHT_FULL, MILLRACE_CORE_DEADLINE_EXCEEDED,
   * MILLRACE_CORE_CLOSED. Never throws.
   */
  run(key: Key, load: (signal: AbortSignal) => Promise<Value>): Promise<Value>;
  /** True while a load that the next {@link SingleFlight.run} of this key would join is in flight. */
  has(key: Key): boolean;
  /** From now on the load in flight does not count for newcomers; those who wait for it still get its answer. */
  forget(key: Key): void;
  /** Number of loads in flight, forgotten ones included. */
  readonly size: number;
  /** Aborts all loads; those who wait get MILLRACE_CORE_CLOSED. */
  close(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Flight<Value> {
  readonly promise: Promise<Value>;
  /** Ends it early: aborts the load and rejects for all who wait. */
  readonly stop: (reason: Error) => void;
}

/**
 * Makes a {@link SingleFlight}.
 * @throws MILLRACE_CORE_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const flights = createSingleFlight<string, number>({ timeoutMs: 2_000 });
 * const [a, b] = await Promise.all([
 *   flights.run('answer', async () => 42),
 *   flights.run('answer', async () => 43), // joins: never called
 * ]);
 * // a === 42, b === 42
 * flights.close();
 */
export function createSingleFlight<Key, Value>(options: SingleFlightOptions = {}): SingleFlight<Key, Value> {
  return new Flights(options);
}

const OPTIONS: OptionNames<SingleFlightOptions> = { maxInFlight: true, timeoutMs: true, clock: true };

class Flights<Key, Value> implements SingleFlight<Key, Value> {
  readonly #byKey = new Map<Key, Flight<Value>>();
  readonly #running = new Set<Flight<Value>>();
  readonly #maxInFlight: number;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  #closed = false;

  constructor(options: SingleFlightOptions) {
    checkOptionNames('createSingleFlight', options, OPTIONS);
    this.#maxInFlight = checkWhole('maxInFlight', options.maxInFlight ?? 10_000, 1, 1_000_000);
    this.#timeoutMs = checkWhole('timeoutMs', options.timeoutMs ?? 30_000, 1, Number.MAX_SAFE_INTEGER);
    this.#clock = options.clock ?? systemClock;
  }

  get size(): number {
    return this.#running.size;
  }

  has(key: Key): boolean {
    return this.#byKey.has(key);
  }

  forget(key: Key): void {
    this.#byKey.delete(key);
  }

  run(key: Key, load: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    if (this.#closed) return Promise.reject(closedError());
    const joined = this.#byKey.get(key);
    if (joined !== undefined) return joined.promise;
    if (this.#running.size >= this.#maxInFlight) {
      return Promise.reject(CORE_ERRORS.create('MILLRACE_CORE_SINGLE_FLIGHT_FULL', { limit: this.#maxInFlight }));
    }
    return this.#start(key, load);
  }

  close(): void {
    this.#closed = true;
    for (const flight of [...this.#running]) flight.stop(closedError());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #start(key: Key, load: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    const controller = new AbortController();
    const end = (): void => {
      timer.cancel();
      this.#running.delete(flight);
      if (this.#byKey.get(key) === flight) this.#byKey.delete(key);
    };
    const fail = (reason: unknown): void => {
      end();
      reject(reason);
    };
    const stop = (reason: Error): void => {
      fail(reason);
      controller.abort(reason);
    };
    const flight: Flight<Value> = { promise, stop };
    const timer = this.#clock.schedule(this.#timeoutMs, () => stop(lateError(this.#timeoutMs)));
    this.#running.add(flight);
    // Known before the load starts, so that a load that asks for its own key joins itself and meets the time limit.
    this.#byKey.set(key, flight);
    const loading = new Promise<Value>((settle) => settle(load(controller.signal)));
    loading.then((value) => {
      end();
      resolve(value);
    }, fail);
    return promise;
  }
}

function lateError(ms: number): Error {
  return CORE_ERRORS.create('MILLRACE_CORE_DEADLINE_EXCEEDED', { ms });
}

function closedError(): Error {
  return CORE_ERRORS.create('MILLRACE_CORE_CLOSED', { what: 'the single flight' });
}
