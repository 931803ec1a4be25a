import type { Random } from 'millrace/core';
import type { ConnectionTimes } from '../http/index.ts';
import { type FlowResult, mergeStepResults, toFlowResult } from '../result/index.ts';
import {
  Fifo,
  type StepRecorder,
  type Workload,
  type WorkloadGround,
  type WorkloadRows,
  type WorkloadWords,
} from '../run/index.ts';
import type { Flow } from './flow-definition.ts';
import type { FlowGround } from './flow-ground.ts';
import { Reasons, reasonOf } from './reasons.ts';
import { Span } from './span.ts';
import type { UserPool } from './user-pool.ts';
import type { VirtualUser } from './virtual-user.ts';

/** A flow with its figures. */
interface FlowRow {
  readonly flow: Flow;
  readonly recorder: StepRecorder;
  readonly reasons: Reasons;
}

/** An arrival that waits for a free user. */
interface Waiting {
  readonly intendedAt: number;
}

/** One run of a flow by a user. */
class Iteration extends Span {
  readonly entry: FlowRow;
  readonly user: VirtualUser;

  constructor(entry: FlowRow, user: VirtualUser, intendedAt: number, now: number) {
    super(entry.recorder, intendedAt, now);
    this.entry = entry;
    this.user = user;
  }
}

const NO_USER = 'no user was free';
const CUT_OFF = 'the run ended before the flow did';

/**
 * The workload of flows. An arrival is one iteration: a free user takes it, or it waits, in order and stamped with its
 * intended time. Only that start has an intended time (Gil Tene, HdrHistogram #148); what the flow asks for afterwards
 * depends on answers, so a request counts from when it was asked for.
 *
 * After a failure nothing is taken from the queue but once a sweep, so a failing target is not asked more often than
 * the schedule says.
 */
export class FlowRunner implements Workload {
  queuedMax: number = 0;
  readonly #ground: FlowGround;
  readonly #run: WorkloadGround;
  readonly #users: UserPool;
  readonly #maxQueue: number;
  readonly #flows: readonly FlowRow[];
  readonly #totalWeight: number;
  readonly #unstarted: Random;
  readonly #queue: Fifo<Waiting> = new Fifo();
  readonly #iterations: Set<Iteration> = new Set();
  #interrupted = false;

  constructor(ground: FlowGround, run: WorkloadGround, users: UserPool, maxQueue: number) {
    this.#ground = ground;
    this.#run = run;
    this.#users = users;
    this.#maxQueue = maxQueue;
    this.#flows = ground.scenario.flows.map((flow) => ({
      flow,
      recorder: run.memory.openRow('flow', flow.name),
      reasons: new Reasons(),
    }));
    this.#totalWeight = this.#flows.reduce((sum, { flow }) => sum + (flow.weight ?? 1), 0);
    this.#unstarted = run.random.fork('unstarted');
  }

  get inFlight(): number {
    return this.#iterations.size;
  }

  get isIdle(): boolean {
    return this.#iterations.size === 0 && this.#queue.size === 0 && this.#ground.desk.isIdle;
  }

  get opened(): number {
    return this.#ground.desk.transport.opened + this.#ground.links.opened;
  }

  get desyncs(): number {
    return this.#ground.desk.transport.desyncs;
  }

  get dropped(): number {
    return this.#ground.inboxBytes.dropped;
  }

  get times(): ConnectionTimes {
    return this.#ground.desk.transport.times;
  }

  admit(_index: number, intendedAt: number, now: number): void {
    this.#run.recorder.taken(intendedAt, now);
    if (this.#interrupted) {
      this.#drop({ intendedAt }, now);
      return;
    }
    const user = this.#queue.size === 0 ? this.#users.take() : undefined;
    if (user !== undefined) {
      this.#start(user, intendedAt, now);
      return;
    }
    this.#queue.push({ intendedAt });
    this.#startNext(now);
    while (this.#queue.size > this.#maxQueue) this.#drop(this.#queue.shift() as Waiting, now);
    if (this.#queue.size > this.queuedMax) this.queuedMax = this.#queue.size;
  }

  sweep(now: number): void {
    this.#ground.desk.sweep(now);
    this.#ground.links.sweep(now);
    this.#startNext(now);
  }

  interrupt(now: number): void {
    this.#interrupted = true;
    this.#dropWaiting(now);
    this.#ground.stop();
    this.#ground.desk.interrupt(now);
  }

  close(now: number): void {
    this.#dropWaiting(now);
    this.#ground.stop();
    this.#ground.desk.close(now);
    this.#ground.links.close();
    for (const span of this.#ground.spans) this.#cutOff(span, now);
    this.#ground.spans.clear();
    for (const iteration of this.#iterations) this.#cutOffIteration(iteration, now);
    this.#iterations.clear();
  }

  rows(): WorkloadRows {
    const steps = this.#ground.requests.results();
    const flows: Record<string, FlowResult> = {};
    for (const { flow, recorder, reasons } of this.#flows) {
      flows[flow.name] = toFlowResult(recorder.result(), reasons.results());
    }
    const groups: Record<string, FlowResult> = {};
    for (const [name, result] of Object.entries(this.#ground.groups.results())) groups[name] = toFlowResult(result);
    const checks = this.#ground.checks.results();
    return { total: mergeStepResults(Object.values(steps)), steps, flows, groups, checks };
  }

  words(): WorkloadWords {
    const reasons = this.#flows.map((row) => [row.flow.name, row.reasons.results()] as const);
    return { reasons: Object.fromEntries(reasons), checks: this.#ground.checks.results() };
  }

  /** Takes the arrival that has waited longest, if a user is free. Returns whether it was so. */
  #startNext(now: number): boolean {
    if (this.#queue.size === 0) return false;
    const user = this.#users.take();
    if (user === undefined) return false;
    this.#start(user, (this.#queue.shift() as Waiting).intendedAt, now);
    return true;
  }

  #start(user: VirtualUser, intendedAt: number, now: number): void {
    const entry = this.#pick(this.#users.drawFlow(user));
    const iteration = new Iteration(entry, user, intendedAt, now);
    this.#iterations.add(iteration);
    user.begin();
    void this.#iterate(iteration);
  }

  async #iterate(iteration: Iteration): Promise<void> {
    const { user, entry } = iteration;
    let failure: { readonly cause: unknown } | undefined;
    try {
      const login = user.logInIfDue();
      if (login !== undefined) await login;
      await this.#ground.code.begin(entry.recorder, () => entry.flow.run(user));
    } catch (cause) {
      failure = { cause };
    }
    this.#ended(iteration, failure);
  }

  #ended(iteration: Iteration, failure: { readonly cause: unknown } | undefined): void {
    const { user, entry, intendedAt } = iteration;
    const now = this.#ground.clock.now();
    user.leave();
    if (!this.#iterations.delete(iteration)) return;
    this.#users.give(user);
    if (failure === undefined) {
      entry.recorder.answered(iteration, 0, undefined, 0, now);
      this.#run.recorder.settled(iteration, undefined, now - intendedAt, now);
    } else if (this.#ground.isStopped) {
      this.#cutOffIteration(iteration, now);
      return;
    } else {
      entry.recorder.broken(iteration, 'check', now);
      entry.reasons.count(reasonOf(failure.cause));
      this.#run.recorder.settled(iteration, 'check', now - intendedAt, now, 0, true);
    }
    this.#run.onSettled(failure === undefined, now);
    if (failure === undefined) while (this.#startNext(now));
  }

  /** The end of the run cuts it off; that is the service's doing only if the run had its time. */
  #cutOffIteration(iteration: Iteration, now: number): void {
    this.#cutOff(iteration, now);
    if (!this.#interrupted) iteration.entry.reasons.count(CUT_OFF);
    this.#settleCutOff(iteration, 'timeout', now);
  }

  #cutOff(span: Span, now: number): void {
    if (this.#interrupted) span.row.interrupted(span, now);
    else span.row.givenUp(span, 'timeout', now);
  }

  /** An arrival that no user took. It belongs to no flow by itself, so it is given to one by the weights. */
  #drop({ intendedAt }: Waiting, now: number): void {
    const entry = this.#pick(this.#unstarted.next());
    const span = new Span(entry.recorder, intendedAt, -1);
    if (this.#interrupted) span.row.interrupted(span, now);
    else {
      span.row.givenUp(span, 'unsent', now);
      entry.reasons.count(NO_USER);
    }
    this.#settleCutOff(span, 'unsent', now);
  }

  #settleCutOff(span: Span, kind: 'timeout' | 'unsent', now: number): void {
    this.#run.recorder.settled(span, this.#interrupted ? 'interrupted' : kind, now - span.intendedAt, now);
    this.#run.onSettled(false, now);
  }

  #dropWaiting(now: number): void {
    for (let waiting = this.#queue.shift(); waiting !== undefined; waiting = this.#queue.shift()) {
      this.#drop(waiting, now);
    }
  }

  /** The flow whose share of [0, 1) holds `point`. */
  #pick(point: number): FlowRow {
    let left = point * this.#totalWeight;
    for (const entry of this.#flows) {
      left -= entry.flow.weight ?? 1;
      if (left < 0) return entry;
    }
    return this.#flows.at(-1) as FlowRow;
  }
}
