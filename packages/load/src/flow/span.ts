import type { Clock, MillraceError, Random } from 'millrace/core';
import type { StepRecorder, Target } from '../run/index.ts';
import { FLOW_ERRORS } from './errors.ts';
import type { InboxBytes } from './inbox.ts';
import type { RowBook } from './row-book.ts';

/** Something that a flow times: a group, or the flow itself. Rows know it as a request. */
export class Span {
  readonly intendedAt: number;
  readonly row: StepRecorder;
  /** -1 until it is. */
  writtenAt: number;
  /** When the first of what it waits for came. */
  firstByteAt: number = -1;
  readonly retried: boolean = false;
  /** Of the opening of a connection that lasts: what it went out with. */
  traceparent: string | undefined;

  constructor(row: StepRecorder, intendedAt: number, startedAt: number) {
    this.row = row;
    this.intendedAt = intendedAt;
    this.writtenAt = startedAt;
  }
}

/** The error of whoever asks for something once the run has ended. */
export function stopped(): MillraceError {
  return FLOW_ERRORS.create('MILLRACE_FLOW_STOPPED');
}

/** What a connection of a user stands on. */
export interface LinkGround {
  readonly target: Target;
  readonly clock: Clock;
  readonly random: Random;
  readonly requests: RowBook;
  /** What is being timed. Who takes a span out settles it. */
  readonly spans: Set<Span>;
  /** Nothing new begins. */
  readonly isStopped: boolean;
  /** What inboxes keep. */
  readonly inboxBytes: InboxBytes;
  /** Begins to time something asked for at `now`. @param writtenAt -1: it is still to be written */
  begin(row: StepRecorder, now: number, writtenAt?: number): Span;
  /** For whoever asks for something once the run has ended. */
  refuse(who: object): Promise<never>;
}
