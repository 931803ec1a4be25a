import assert from 'node:assert/strict';
import type { Clock } from 'millrace/core';
import { createFakeClock } from 'millrace/testing';
import { ConnectionTimes, type ExchangeHandler, type Failure, ResponseScanner } from '../http/index.ts';
import type { LoadResult } from '../result/index.ts';
import type { Scenario } from '../scenario/index.ts';
import { type Arrivals, toSchedule } from '../schedule/index.ts';
import type { Arrival } from './arrival.ts';
import { Dispatcher, type Transport } from './dispatcher.ts';
import { LoadRun, type RunSettings } from './load-run.ts';
import { setupOf } from './load-setup.ts';
import { Plan } from './plan.ts';
import { openSource } from './run-load.ts';
import { RunMemory } from './run-memory.ts';

/** A run that has not ended by then never will: virtual time costs no patience, but turns of a loop. */
const LONGEST_MS = 3_600_000;

/** How a virtual service takes one request: an answer or a failure after so many milliseconds, or nothing at all. */
export type Treatment =
  | { readonly afterMs: number; readonly status?: number; readonly body?: string }
  | { readonly afterMs: number; readonly fails: Failure['kind'] }
  | 'silent';

/** One request as the virtual service sees it. */
export interface Seen {
  /** Milliseconds since the start of the run. */
  readonly atMs: number;
  readonly text: string;
  readonly step: string;
}

/** A run in virtual time against a virtual service. */
export interface VirtualRun<User> {
  readonly scenario: Scenario<User>;
  readonly arrivals: Arrivals;
  readonly connections?: number;
  readonly seed?: number;
  readonly timeoutMs?: number;
  readonly drainMs?: number;
  readonly maxQueue?: number;
  readonly pacing?: 'eco' | 'precise';
  readonly serve: (seen: Seen) => Treatment;
  /** Interrupts the run at this time. */
  readonly abortAtMs?: number;
  readonly onProgress?: RunSettings['onProgress'];
}

/** Runs to the end in virtual time. Also gives what the service saw, and how long the run took after its start. */
export async function runVirtually<User>(
  options: VirtualRun<User>,
): Promise<{ result: LoadResult; seen: Seen[]; tookMs: number }> {
  const clock = createFakeClock();
  await clock.advance(12_345);
  const startedAt = clock.now();
  const { timeoutMs = 10_000, connections = 64, pacing = 'eco' } = options;
  const schedule = toSchedule(options.arrivals, options.seed ?? 1);
  const seen: Seen[] = [];
  const serve = (arrival: Arrival<User>): Treatment => {
    const { text } = arrival.request;
    seen.push({ atMs: clock.now() - startedAt, text, step: arrival.slot.step.name });
    return options.serve(seen.at(-1) as Seen);
  };
  const interruption = new AbortController();
  if (options.abortAtMs !== undefined) clock.schedule(options.abortAtMs, () => interruption.abort());
  const { scenario, maxQueue = 1_000_000 } = options;
  const settings: RunSettings = {
    target: { origin: 'http://virtual', host: 'virtual', hostname: 'virtual', addresses: [], port: 80 },
    scenario: scenario.name,
    seed: options.seed ?? 1,
    timeoutMs,
    drainMs: options.drainMs ?? timeoutMs,
    setup: setupOf({
      ...{ options: { maxConnections: connections, timeoutMs }, model: options.arrivals, users: scenario.users },
      ...{ pacing, workers: 1 },
    }),
    clock,
    signal: interruption.signal,
    onProgress: options.onProgress,
    arrivals: schedule,
    memory: new RunMemory(schedule.durationMs),
    openWorkload: (ground) =>
      new Dispatcher(
        { ...ground, plan: new Plan(scenario, ground.random, ground.memory), host: 'virtual', maxQueue },
        (handler) => new VirtualTransport(clock, connections, timeoutMs, serve, handler),
      ),
  };
  const run = new LoadRun(settings, (startAt) => openSource(schedule, startAt, clock, pacing)).run();
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  run.then(done, done);
  while (!isDone) {
    await clock.advance(10);
    assert.ok(clock.now() - startedAt < LONGEST_MS, 'the run does not end');
  }
  return { result: await run, seen, tookMs: clock.now() - startedAt };
}

class VirtualTransport<User> implements Transport<Arrival<User>> {
  readonly opened: number = 0;
  readonly desyncs: number = 0;
  readonly times: ConnectionTimes = new ConnectionTimes();
  readonly #clock: Clock;
  readonly #connections: number;
  readonly #timeoutMs: number;
  readonly #serve: (arrival: Arrival<User>) => Treatment;
  readonly #handler: ExchangeHandler<Arrival<User>>;
  readonly #scanner = new ResponseScanner({ maxHeadBytes: 4_096, maxKeptBytes: 4_096 });
  readonly #busy: Set<Arrival<User>> = new Set();

  constructor(
    clock: Clock,
    connections: number,
    timeoutMs: number,
    serve: (arrival: Arrival<User>) => Treatment,
    handler: ExchangeHandler<Arrival<User>>,
  ) {
    this.#clock = clock;
    this.#connections = connections;
    this.#timeoutMs = timeoutMs;
    this.#serve = serve;
    this.#handler = handler;
  }

  get hasRoom(): boolean {
    return this.#busy.size < this.#connections;
  }

  send(arrival: Arrival<User>): void {
    this.#busy.add(arrival);
    arrival.writtenAt = this.#clock.now();
    const treatment = this.#serve(arrival);
    if (treatment === 'silent') return;
    this.#clock.schedule(treatment.afterMs, () => {
      if (this.#busy.delete(arrival)) this.#settle(arrival, treatment);
    });
  }

  sweep(now: number): void {
    for (const arrival of this.#busy) {
      if (now < arrival.writtenAt + this.#timeoutMs) continue;
      this.#busy.delete(arrival);
      this.#handler.failed(arrival, { kind: 'timeout', reason: 'virtual' }, now);
    }
  }

  close(): Arrival<User>[] {
    const abandoned = [...this.#busy];
    this.#busy.clear();
    return abandoned;
  }

  #settle(arrival: Arrival<User>, treatment: Exclude<Treatment, 'silent'>): void {
    const now = this.#clock.now();
    if ('fails' in treatment) {
      if (treatment.fails === 'connect') arrival.writtenAt = -1;
      this.#handler.failed(arrival, { kind: treatment.fails, reason: 'virtual' }, now);
      return;
    }
    arrival.firstByteAt = now;
    const { status = 200, body = '' } = treatment;
    const bytes = Buffer.from(`HTTP/1.1 ${status} \r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    this.#scanner.start(false, arrival.keepsAnswer);
    this.#scanner.push(bytes, bytes.length);
    this.#handler.answered(arrival, this.#scanner, now);
  }
}
