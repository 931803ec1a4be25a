import type { ExchangeHandler, Failure, WireAnswer } from '../http/index.ts';
import { Fifo, type Recorder, type Transport } from '../run/index.ts';
import type { FlowCall } from './call.ts';

/** Opens what carries exchanges. */
export type OpenTransport = (handler: ExchangeHandler<FlowCall>) => Transport<FlowCall>;

/**
 * Sends calls when there is a connection, in the order in which they were asked for, and counts how each ended.
 *
 * After a failure nothing is pulled from the queue; that happens only with a call, an answer, or once a sweep.
 */
export class CallDesk implements ExchangeHandler<FlowCall> {
  readonly transport: Transport<FlowCall>;
  /** Calls on their way. */
  inFlight: number = 0;
  readonly #recorder: Recorder | undefined;
  readonly #queue: Fifo<FlowCall> = new Fifo();
  #interrupted = false;

  /** @param recorder told of the generator's own failures; undefined where nothing is measured */
  constructor(open: OpenTransport, recorder?: Recorder) {
    this.#recorder = recorder;
    this.transport = open(this);
  }

  get isIdle(): boolean {
    return this.inFlight === 0 && this.#queue.size === 0;
  }

  send(call: FlowCall): void {
    if (this.#queue.size === 0 && this.transport.hasRoom) this.#write(call);
    else {
      this.#queue.push(call);
      this.#pull();
    }
  }

  sweep(now: number): void {
    this.transport.sweep(now);
    this.#pull();
  }

  /** What waits for a connection is not sent any more. */
  interrupt(now: number): void {
    this.#interrupted = true;
    this.#dropWaiting(now);
  }

  /** Ends it: what waits was never sent, what is under way has had its time. */
  close(now: number): void {
    this.#dropWaiting(now);
    for (const call of this.transport.close()) {
      this.inFlight--;
      this.#cutOff(call, call.writtenAt < 0 ? 'unsent' : 'timeout', now);
    }
  }

  answered(call: FlowCall, answer: WireAnswer, now: number): void {
    this.inFlight--;
    const { status } = answer;
    call.row.answered(call, status, call.owner.expects(call, answer) ? undefined : 'status', answer.bodyBytes, now);
    call.owner.answered(call, answer, now);
    while (this.#pull());
  }

  failed(call: FlowCall, failure: Failure, now: number): void {
    this.inFlight--;
    if (failure.kind === 'client') this.#recorder?.clientFailed(failure.reason);
    if (failure.kind === 'timeout') call.row.givenUp(call, 'timeout', now);
    else call.row.broken(call, failure.kind, now);
    call.owner.failed(call, failure);
  }

  /** Sends the call that has waited longest. Returns whether there was one, and room for it. */
  #pull(): boolean {
    const call = this.transport.hasRoom ? this.#queue.shift() : undefined;
    if (call === undefined) return false;
    this.#write(call);
    return true;
  }

  #write(call: FlowCall): void {
    this.inFlight++;
    this.transport.send(call);
  }

  #dropWaiting(now: number): void {
    for (let call = this.#queue.shift(); call !== undefined; call = this.#queue.shift()) {
      this.#cutOff(call, 'unsent', now);
    }
  }

  /** The end of the run cuts it off; that is the service's doing only if the run had its time. */
  #cutOff(call: FlowCall, kind: 'timeout' | 'unsent', now: number): void {
    if (this.#interrupted) call.row.interrupted(call, now);
    else call.row.givenUp(call, kind, now);
    call.owner.failed(call, { kind, reason: 'the run has ended' });
  }
}
