import { type ArrivalTraces, type EncodedRequest, type Exchange, encodeRequest } from '../http/index.ts';
import type { RequestSpec, Step } from '../scenario/index.ts';
import type { StepRecorder } from './step-recorder.ts';

/** A virtual user, and the arrivals that wait until its prerequisite is answered. */
export interface UserSlot<User> {
  readonly user: User;
  /** Set while a prerequisite is under way. */
  waiting: Arrival<User>[] | undefined;
}

/** A step with its figures and the last request it built. */
export interface StepSlot<User> {
  readonly step: Step<User>;
  readonly recorder: StepRecorder;
  spec: RequestSpec | undefined;
  encoded: EncodedRequest | undefined;
}

const UNBUILT: EncodedRequest = encodeRequest({ method: 'GET', path: '/' }, '');

/** One arrival of the schedule, or a prerequisite that one of them needs. */
export class Arrival<User> implements Exchange {
  readonly index: number;
  /** When the schedule wants it sent, in clock milliseconds. */
  readonly intendedAt: number;
  readonly user: UserSlot<User>;
  readonly slot: StepSlot<User>;
  readonly isPrerequisite: boolean;
  /** Prerequisites that were answered for it so far. */
  prerequisites: number = 0;
  writtenAt: number = -1;
  firstByteAt: number = -1;
  retried: boolean = false;
  /** Set when it is its turn. */
  request: EncodedRequest = UNBUILT;
  /** Set with its request. */
  traces: ArrivalTraces | undefined;

  constructor(index: number, intendedAt: number, user: UserSlot<User>, slot: StepSlot<User>, isPrerequisite: boolean) {
    this.index = index;
    this.intendedAt = intendedAt;
    this.user = user;
    this.slot = slot;
    this.isPrerequisite = isPrerequisite;
    this.traces = undefined;
  }

  get traceparent(): string | undefined {
    const { traceparent, template } = this.request;
    return template === undefined ? traceparent : this.traces?.textOf(this.index, this.isPrerequisite);
  }

  writeTraceWords(words: Float64Array, at: number): boolean {
    if (this.traces === undefined || this.request.template === undefined) return false;
    this.traces.writeWords(words, at, this.index, this.isPrerequisite);
    return true;
  }

  stamp(bytes: DataView, at: number): void {
    this.traces?.write(bytes, at, this.index, this.isPrerequisite);
  }

  get keepsAnswer(): boolean {
    return this.slot.step.onAnswer !== undefined;
  }
}

/** Whether two specs surely are the same request; headers only when they are one object, bytes never: they may be filled anew. */
export function isSameRequest(a: RequestSpec, b: RequestSpec | undefined): boolean {
  const isSameBody = a.body === b?.body && !(a.body instanceof Uint8Array);
  return (
    isSameBody &&
    a.path === b?.path &&
    a.method === b.method &&
    a.headers === b.headers &&
    a.expect === b.expect &&
    a.expectContinue === b.expectContinue
  );
}
