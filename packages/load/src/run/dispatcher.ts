import type { Random } from 'millrace/core';
import { messageOf } from '../errors.ts';
import {
  ArrivalTraces,
  type ConnectionTimes,
  type Exchange,
  type ExchangeHandler,
  encodeRequest,
  type Failure,
  type Tracing,
  type WireAnswer,
} from '../http/index.ts';
import { type ErrorClass, mergeStepResults, type StepResult } from '../result/index.ts';
import { checkRequestNames, type RequestSpec } from '../scenario/index.ts';
import { errorOf } from './answer-check.ts';
import { Arrival, isSameRequest, type StepSlot, type UserSlot } from './arrival.ts';
import { ArrivalRandom } from './arrival-random.ts';
import { Fifo } from './fifo.ts';
import type { Plan } from './plan.ts';
import { PrerequisiteGate } from './prerequisite-gate.ts';
import type { Ending } from './recorder.ts';
import type { Workload, WorkloadGround, WorkloadRows } from './workload.ts';

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
  /** Idle connections on which bytes came. */
  readonly desyncs: number;
  readonly times: ConnectionTimes;
}

/** Options of a {@link Dispatcher}. */
export interface DispatcherOptions<User> extends WorkloadGround {
  readonly plan: Plan<User>;
  /** The `Host` of every request. */
  readonly host: string;
  readonly maxQueue: number;
  /** Default: no request is traced. */
  readonly tracing?: Tracing | undefined;
}

/** Most prerequisites in a row for one arrival; past it they evidently do not help. */
const MAX_PREREQUISITES = 8;
/** One call of the scenario's code in 16 is timed. */
const SAMPLE_MASK = 15;

/**
 * The workload of steps: takes arrivals to connections, at once while there is room, else in the order of the schedule.
 *
 * After a failure nothing is pulled from the queue; that happens only with a new arrival, an answer, or once a sweep.
 * So attempts to reach a failing target never exceed what the schedule asks for, however long the queue.
 */
export class Dispatcher<User> implements Workload, ExchangeHandler<Arrival<User>> {
  queuedMax: number = 0;
  /** Exchanges under way, those of prerequisites among them. */
  inFlight: number = 0;
  readonly #options: DispatcherOptions<User>;
  readonly #transport: Transport<Arrival<User>>;
  readonly #random: ArrivalRandom;
  readonly #queue: Fifo<Arrival<User>> = new Fifo();
  /** Arrivals whose prerequisite has been answered: older than all in the queue. */
  readonly #resumed: Fifo<Arrival<User>> = new Fifo();
  readonly #gate: PrerequisiteGate<User> = new PrerequisiteGate();
  readonly #traces: ArrivalTraces | undefined;
  #interrupted = false;
  /** Apart, for they may alternate: each 16th of both together would then be of one. */
  #builds = 0;
  #reads = 0;

  constructor(
    options: DispatcherOptions<User>,
    open: (handler: ExchangeHandler<Arrival<User>>) => Transport<Arrival<User>>,
  ) {
    this.#options = options;
    this.#random = new ArrivalRandom(options.random);
    const { tracing = 'off', random } = options;
    this.#traces = tracing === 'off' ? undefined : new ArrivalTraces(random.fork('traces'), tracing);
    this.#transport = open(this);
  }

  /** Arrivals that wait, for a connection or for their user's prerequisite. */
  get queued(): number {
    return this.#queue.size + this.#resumed.size + this.#gate.size;
  }

  get opened(): number {
    return this.#transport.opened;
  }

  get desyncs(): number {
    return this.#transport.desyncs;
  }

  get times(): ConnectionTimes {
    return this.#transport.times;
  }

  get isIdle(): boolean {
    return this.inFlight === 0 && this.queued === 0;
  }

  admit(index: number, intendedAt: number, now: number): void {
    const { plan, recorder } = this.#options;
    recorder.taken(intendedAt, now);
    const arrival = new Arrival(index, intendedAt, plan.pickUser(index), plan.pickStep(), false);
    if (this.#interrupted) {
      this.#cutOff(arrival, 'unsent', now);
      return;
    }
    if (this.#queue.size === 0 && this.#resumed.size === 0 && this.#transport.hasRoom) {
      this.#start(arrival);
    } else {
      this.#queue.push(arrival);
      this.#startNext();
    }
    this.#boundQueue(now);
  }

  sweep(now: number): void {
    this.#transport.sweep(now);
    this.#startNext();
  }

  interrupt(now: number): void {
    this.#interrupted = true;
    this.#dropWaiting(now);
  }

  close(now: number): void {
    this.#dropWaiting(now);
    for (const arrival of this.#transport.close()) {
      this.#cutOff(arrival, arrival.writtenAt < 0 ? 'unsent' : 'timeout', now);
    }
  }

  rows(): WorkloadRows {
    const { steps, prerequisites } = this.#options.plan;
    const results: Record<string, StepResult> = {};
    for (const [name, { recorder }] of [...steps, ...prerequisites]) results[name] = recorder.result();
    return { total: mergeStepResults([...steps.keys()].map((name) => results[name] as StepResult)), steps: results };
  }

  answered(arrival: Arrival<User>, answer: WireAnswer, now: number): void {
    this.inFlight--;
    const { status, bodyBytes } = answer;
    const error = errorOf(arrival, answer);
    // Reading the clock costs as much as a quick step, so few calls are timed.
    if (arrival.keepsAnswer && isSampled(this.#reads++))
      arrival.slot.recorder.codeTook(this.#options.clock.now() - now);
    arrival.slot.recorder.answered(arrival, status, error, bodyBytes, now);
    const decodedBytes = answer.body()?.decodedBytes ?? 0;
    if (decodedBytes > 0) arrival.slot.recorder.decoded(decodedBytes);
    this.#settled(arrival, error, now, bodyBytes);
    while (this.#startNext());
  }

  failed(arrival: Arrival<User>, failure: Failure, now: number): void {
    this.inFlight--;
    if (failure.kind === 'client') this.#options.recorder.clientFailed(failure.reason);
    if (failure.kind === 'timeout') this.#givenUp(arrival, 'timeout', now);
    else this.#broken(arrival, failure.kind, now);
  }

  /** Sends the oldest that waits, if there is room. Returns whether a connection was taken. */
  #startNext(): boolean {
    while (this.#transport.hasRoom) {
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
      const spec = isSampled(this.#builds++)
        ? this.#buildTimed(slot, user, random)
        : slot.step.build(user.user, random);
      if (slot.spec === undefined) checkRequestNames(slot.step.name, spec);
      if (slot.encoded === undefined || !isSameRequest(spec, slot.spec)) {
        slot.encoded = encodeRequest(spec, this.#options.host, this.#traces?.template, this.#traces !== undefined);
        slot.spec = { ...spec };
      }
      arrival.request = slot.encoded;
      arrival.traces = this.#traces;
    } catch (cause) {
      return this.#refused(arrival, cause);
    }
    this.inFlight++;
    this.#transport.send(arrival);
    return true;
  }

  #buildTimed(slot: StepSlot<User>, { user }: UserSlot<User>, random: Random): RequestSpec {
    const { clock } = this.#options;
    const began = clock.now();
    const spec = slot.step.build(user, random);
    slot.recorder.codeTook(clock.now() - began);
    return spec;
  }

  /** The scenario threw: the generator's own failure. No connection was taken. */
  #refused(arrival: Arrival<User>, cause: unknown): false {
    const reason = `step ${arrival.slot.step.name}: ${messageOf(cause)}`;
    this.#options.recorder.clientFailed(reason);
    this.#broken(arrival, 'client', this.#options.clock.now());
    return false;
  }

  /** Its wait is over: it failed. */
  #broken(arrival: Arrival<User>, kind: ErrorClass, now: number): void {
    arrival.slot.recorder.broken(arrival, kind, now);
    this.#settled(arrival, kind, now, 0, true);
  }

  /** It would have waited longer. */
  #givenUp(arrival: Arrival<User>, kind: 'timeout' | 'unsent', now: number): void {
    arrival.slot.recorder.givenUp(arrival, kind, now);
    this.#settled(arrival, kind, now);
  }

  /** The end of the run cuts it off; that is the service's doing only if the run had its time. */
  #cutOff(arrival: Arrival<User>, kind: 'timeout' | 'unsent', now: number): void {
    if (!this.#interrupted) {
      this.#givenUp(arrival, kind, now);
      return;
    }
    arrival.slot.recorder.interrupted(arrival, now);
    this.#settled(arrival, 'interrupted', now);
  }

  #dropWaiting(now: number): void {
    for (let waiting = this.#oldest(); waiting !== undefined; waiting = this.#oldest()) {
      this.#cutOff(waiting, 'unsent', now);
    }
  }

  #settled(arrival: Arrival<User>, ending: Ending, now: number, bodyBytes?: number, refused?: boolean): void {
    if (arrival.isPrerequisite) {
      this.#release(arrival.user, ending, now);
    } else {
      this.#options.recorder.settled(arrival, ending, now - arrival.intendedAt, now, bodyBytes, refused);
      this.#options.onSettled(ending === undefined, now);
    }
  }

  /** The user's prerequisite has ended: those who waited go on, or end with it. */
  #release(user: UserSlot<User>, ending: Ending, now: number): void {
    for (const arrival of this.#gate.open(user)) {
      if (ending === undefined) this.#resumed.push(arrival);
      else if (ending === 'timeout') this.#givenUp(arrival, 'unsent', now);
      else this.#broken(arrival, 'unsent', now);
    }
  }

  /** Past the bound the oldest goes: it has waited longest, so what is recorded for it says most. */
  #boundQueue(now: number): void {
    while (this.queued > this.#options.maxQueue) {
      const oldest = this.#oldest();
      if (oldest === undefined) return;
      this.#givenUp(oldest, 'unsent', now);
    }
    this.queuedMax = Math.max(this.queuedMax, this.queued);
  }

  #oldest(): Arrival<User> | undefined {
    return this.#resumed.shift() ?? this.#queue.shift() ?? this.#gate.dropOldest();
  }
}

function isSampled(call: number): boolean {
  return (call & SAMPLE_MASK) === 0;
}
