import type { Clock, Random } from 'millrace/core';
import {
  type Exchange,
  type ExchangeHandler,
  encodeRequest,
  type Failure,
  type ResponseScanner,
} from '../http/index.ts';
import type { ErrorClass } from '../result/index.ts';
import type { RequestSpec } from '../scenario/index.ts';
import { errorOf } from './answer-check.ts';
import { Arrival, type StepSlot, type UserSlot } from './arrival.ts';
import { ArrivalRandom } from './arrival-random.ts';
import { Fifo } from './fifo.ts';
import type { Plan } from './plan.ts';
import { PrerequisiteGate } from './prerequisite-gate.ts';
import type { Recorder } from './recorder.ts';

/** What carries exchanges: the connection pool, or a stand-in with virtual time. */
export interface Transport<E extends Exchange> {
  /** An exchange can go out now. */
  readonly hasRoom: boolean;
  send(exchange: E): void;
  /** Gives up what has taken too long. */
  sweep(now: number): void;
  /** Ends all. Returns the exchanges that were under way. */
  close(): E[];
  /** Connections opened so far. */
  readonly opened: number;
  /** Exchanges written again because their connection had been closed meanwhile. */
  readonly staleRetries: number;
  /** Idle connections on which bytes came. */
  readonly desyncs: number;
}

/** Options of a {@link Dispatcher}. */
export interface DispatcherOptions<User> {
  readonly plan: Plan<User>;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly clock: Clock;
  /** The `Host` of every request. */
  readonly host: string;
  readonly timeoutMs: number;
  readonly maxQueue: number;
  /** Called once for each arrival; `ok` is false for any error. */
  readonly onSettled: (ok: boolean, now: number) => void;
}

/** Most prerequisites in a row for one arrival; past it they evidently do not help. */
const MAX_PREREQUISITES = 8;

/**
 * Takes arrivals to connections: at once while there is room, else in the order of the schedule.
 *
 * After a failure nothing is pulled from the queue; that happens only with a new arrival, an answer, or once a sweep.
 * So attempts to reach a failing target never exceed what the schedule asks for, however long the queue.
 */
export class Dispatcher<User> implements ExchangeHandler<Arrival<User>> {
  /** Most arrivals that waited at one time. */
  queuedMax: number = 0;
  /** Exchanges under way. */
  inFlight: number = 0;
  readonly #options: DispatcherOptions<User>;
  /** What carries the exchanges. */
  readonly transport: Transport<Arrival<User>>;
  readonly #random: ArrivalRandom;
  readonly #queue: Fifo<Arrival<User>> = new Fifo();
  /** Arrivals whose prerequisite has been answered: older than all in the queue. */
  readonly #resumed: Fifo<Arrival<User>> = new Fifo();
  readonly #gate: PrerequisiteGate<User> = new PrerequisiteGate();

  constructor(
    options: DispatcherOptions<User>,
    open: (handler: ExchangeHandler<Arrival<User>>) => Transport<Arrival<User>>,
  ) {
    this.#options = options;
    this.#random = new ArrivalRandom(options.random);
    this.transport = open(this);
  }

  /** Arrivals that wait, for a connection or for their user's prerequisite. */
  get queued(): number {
    return this.#queue.size + this.#resumed.size + this.#gate.size;
  }

  /** Nothing waits and nothing is under way. */
  get isIdle(): boolean {
    return this.inFlight === 0 && this.queued === 0;
  }

  /** Arrival `index` is due. */
  admit(index: number, intendedAt: number, now: number): void {
    const { plan, recorder } = this.#options;
    recorder.taken(intendedAt, now);
    const arrival = new Arrival(index, intendedAt, plan.pickUser(index), plan.pickStep(), false);
    if (this.#queue.size === 0 && this.#resumed.size === 0 && this.transport.hasRoom) {
      this.#start(arrival);
    } else {
      this.#queue.push(arrival);
      this.#startNext();
    }
    this.#boundQueue(now);
  }

  /** To be called often: timeouts, and one more attempt for what waits. */
  sweep(now: number): void {
    this.transport.sweep(now);
    this.#startNext();
  }

  /** Gives up what waits: it will never be sent. */
  dropWaiting(now: number): void {
    for (let waiting = this.#oldest(); waiting !== undefined; waiting = this.#oldest()) {
      this.#unanswered(waiting, 'unsent', now, 0);
    }
  }

  /** Ends the run: what waits was never sent, what is under way has had its time. */
  close(now: number): void {
    this.dropWaiting(now);
    for (const arrival of this.transport.close()) {
      this.#unanswered(arrival, arrival.writtenAt < 0 ? 'unsent' : 'timeout', now, 0);
    }
  }

  answered(arrival: Arrival<User>, scanner: ResponseScanner, now: number): void {
    this.inFlight--;
    const { status } = scanner.head;
    const error = errorOf(arrival, scanner);
    const responseMs = now - arrival.intendedAt;
    arrival.slot.recorder.answered(status, error, responseMs, now - arrival.writtenAt, scanner.bodyBytes);
    this.#settled(arrival, error, responseMs, now);
    while (this.#startNext());
  }

  failed(arrival: Arrival<User>, failure: Failure, now: number): void {
    this.inFlight--;
    if (failure.kind === 'client') this.#options.recorder.clientFailed(failure.reason);
    this.#unanswered(arrival, failure.kind, now, isFinal(failure.kind) ? this.#options.timeoutMs : 0);
  }

  /** Sends the oldest that waits, if there is room. Returns whether a connection was taken. */
  #startNext(): boolean {
    while (this.transport.hasRoom) {
      const arrival = this.#resumed.shift() ?? this.#queue.shift();
      if (arrival === undefined) return false;
      if (this.#start(arrival)) return true;
    }
    return false;
  }

  /** Sends the arrival, or first what its user needs. Returns whether a connection was taken. */
  #start(arrival: Arrival<User>): boolean {
    const { user } = arrival;
    if (this.#gate.holds(arrival)) return false;
    let needed: StepSlot<User> | undefined;
    try {
      needed = this.#options.plan.prerequisiteOf(user);
    } catch (cause) {
      return this.#refused(arrival, cause);
    }
    if (needed === undefined) return this.#write(arrival);
    if (arrival.prerequisites++ === MAX_PREREQUISITES) {
      return this.#refused(arrival, new Error(`prerequisite ${needed.step.name} was answered and is still needed`));
    }
    this.#gate.shut(user, arrival);
    return this.#write(new Arrival(arrival.index, arrival.intendedAt, user, needed, true));
  }

  #write(arrival: Arrival<User>): boolean {
    const { slot, user, index, isPrerequisite } = arrival;
    try {
      const random = this.#random.aim(isPrerequisite ? 'prerequisite' : 'arrival', index);
      const spec = slot.step.build(user.user, random);
      if (slot.encoded === undefined || !isSameRequest(spec, slot.spec)) {
        slot.encoded = encodeRequest(spec, this.#options.host);
        slot.spec = { ...spec };
      }
      arrival.request = slot.encoded;
    } catch (cause) {
      return this.#refused(arrival, cause);
    }
    this.inFlight++;
    this.transport.send(arrival);
    return true;
  }

  /** The scenario threw: the generator's own failure. No connection was taken. */
  #refused(arrival: Arrival<User>, cause: unknown): false {
    const reason = `step ${arrival.slot.step.name}: ${cause instanceof Error ? cause.message : String(cause)}`;
    this.#options.recorder.clientFailed(reason);
    this.#unanswered(arrival, 'client', this.#options.clock.now(), 0);
    return false;
  }

  /** @param atLeastMs a lower bound of the response time that is known beside the time waited. */
  #unanswered(arrival: Arrival<User>, kind: ErrorClass, now: number, atLeastMs: number): void {
    const sent = arrival.writtenAt >= 0;
    const responseMs = Math.max(now - arrival.intendedAt, atLeastMs);
    const serviceMs = sent && kind === 'timeout' ? now - arrival.writtenAt : undefined;
    arrival.slot.recorder.unanswered(kind, sent, responseMs, serviceMs);
    this.#settled(arrival, kind, responseMs, now);
  }

  #settled(arrival: Arrival<User>, error: ErrorClass | undefined, responseMs: number, now: number): void {
    if (arrival.isPrerequisite) {
      this.#release(arrival.user, error === undefined, now);
    } else {
      this.#options.recorder.settled(arrival, error, responseMs, now);
      this.#options.onSettled(error === undefined, now);
    }
  }

  /** The user's prerequisite has ended: those who waited go on, or fail with it. */
  #release(user: UserSlot<User>, ok: boolean, now: number): void {
    for (const arrival of this.#gate.open(user)) {
      if (ok) this.#resumed.push(arrival);
      else this.#unanswered(arrival, 'unsent', now, this.#options.timeoutMs);
    }
  }

  /** Past the bound the oldest goes: it has waited longest, so what is recorded for it says most. */
  #boundQueue(now: number): void {
    while (this.queued > this.#options.maxQueue) {
      const oldest = this.#oldest();
      if (oldest === undefined) return;
      this.#unanswered(oldest, 'unsent', now, 0);
    }
    this.queuedMax = Math.max(this.queuedMax, this.queued);
  }

  #oldest(): Arrival<User> | undefined {
    return this.#resumed.shift() ?? this.#queue.shift() ?? this.#gate.dropOldest();
  }
}

/** Whether two specs surely are the same request; headers only when they are one object. */
function isSameRequest(a: RequestSpec, b: RequestSpec | undefined): boolean {
  return (
    a.path === b?.path && a.method === b.method && a.body === b.body && a.headers === b.headers && a.expect === b.expect
  );
}

/** What the target broke off will never be answered, so any lower bound is true; the timeout is the one users know. */
function isFinal(kind: ErrorClass): boolean {
  return kind === 'connect' || kind === 'reset' || kind === 'protocol';
}
