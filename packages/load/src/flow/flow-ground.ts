import type { Clock, Random } from 'millrace/core';
import type { Feed } from '../feeder/index.ts';
import type { Tracing } from '../http/index.ts';
import type { Recorder, RunMemory, StepRecorder, Target } from '../run/index.ts';
import type { CallDesk } from './call-desk.ts';
import { CheckCounts } from './check-counts.ts';
import { CodeWatch } from './code-watch.ts';
import type { FlowPlan } from './flow-definition.ts';
import { InboxBytes } from './inbox.ts';
import { Links } from './links.ts';
import { Pauses } from './pauses.ts';
import { RowBook } from './row-book.ts';
import { type LinkGround, Span, stopped } from './span.ts';

const MAX_INBOX_BYTES = 268_435_456;

/** Settings of a {@link FlowGround}. */
export interface GroundSettings {
  readonly scenario: FlowPlan;
  readonly target: Target;
  readonly clock: Clock;
  readonly random: Random;
  readonly desk: CallDesk;
  readonly memory: Pick<RunMemory, 'openRow'>;
  readonly feeds: ReadonlyMap<string, Feed<unknown>>;
  readonly shared: unknown;
  /** Most WebSockets and event streams open at one time. */
  readonly maxLinks: number;
  /** Default: no request is traced. */
  readonly tracing?: Tracing | undefined;
  /** Told of the generator's own failures; undefined where nothing is measured. */
  readonly recorder?: Recorder;
}

/** What the users of a run share. */
export class FlowGround implements LinkGround {
  readonly scenario: FlowPlan;
  readonly target: Target;
  readonly clock: Clock;
  readonly random: Random;
  readonly desk: CallDesk;
  readonly feeds: ReadonlyMap<string, Feed<unknown>>;
  readonly shared: unknown;
  readonly tracing: Tracing;
  readonly requests: RowBook;
  readonly groups: RowBook;
  readonly checks: CheckCounts = new CheckCounts();
  readonly code: CodeWatch;
  readonly pauses: Pauses;
  readonly links: Links;
  readonly inboxBytes: InboxBytes = new InboxBytes(MAX_INBOX_BYTES);
  /** What is being timed. */
  readonly spans: Set<Span> = new Set();
  /** Nothing new begins. */
  isStopped: boolean = false;
  readonly #told: WeakSet<object> = new WeakSet();

  constructor(settings: GroundSettings) {
    const { scenario, target, clock, random, desk, memory, feeds, shared } = settings;
    this.scenario = scenario;
    this.target = target;
    this.clock = clock;
    this.random = random;
    this.desk = desk;
    this.feeds = feeds;
    this.shared = shared;
    this.tracing = settings.tracing ?? 'off';
    this.requests = new RowBook(memory, 'step');
    this.groups = new RowBook(memory, 'group');
    this.code = new CodeWatch(clock);
    this.pauses = new Pauses(clock);
    this.links = new Links(this, settings.recorder, settings.maxLinks);
  }

  /** Begins to time something asked for at `now`. */
  begin(row: StepRecorder, now: number, writtenAt: number = now): Span {
    const span = new Span(row, now, writtenAt);
    this.spans.add(span);
    return span;
  }

  /** Nothing new begins from now on; who thinks is called back. */
  stop(): void {
    this.isStopped = true;
    this.pauses.stop();
    this.links.stop(this.clock.now());
  }

  /**
   * For whoever asks for something once the run has ended: told so once, that it may let go of what it holds; then it
   * waits for ever, so that a flow which catches everything and tries again does not spin.
   */
  refuse(who: object): Promise<never> {
    if (this.#told.has(who)) return new Promise(() => {});
    this.#told.add(who);
    return Promise.reject(stopped());
  }
}
