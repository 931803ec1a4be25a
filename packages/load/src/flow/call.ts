import type { OptionNames } from 'millrace/core';
import type { EncodedRequest, Exchange, Failure, WireAnswer } from '../http/index.ts';
import type { StepRecorder } from '../run/index.ts';
import type { RequestSpec } from '../scenario/index.ts';
import type { FlowAnswer } from './answer.ts';

/** Options of one request of a flow. */
export interface CallOptions {
  /** The row of the result; default method and path without its query. */
  readonly name?: string;
  /** Beside those of the session; `Host`, `Content-Length` and `Connection` are set by the engine. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as UTF-8; a source in pieces, no faster than they are taken. */
  readonly body?: NonNullable<RequestSpec['body']>;
  /** A body as JSON, with its content type. */
  readonly json?: unknown;
  /** A body as a form, with its content type. */
  readonly form?: Readonly<Record<string, string>>;
  /** Statuses that count as success, or any; default 200 to 399. Another one rejects, and is a `status` error of the row. */
  readonly expect?: readonly number[] | 'any';
  /** From the first write to the last byte, in milliseconds, 1 to 3,600,000; default: the run's. */
  readonly timeoutMs?: number;
  /** Redirects to follow, 0 to 20; default: the scenario's. */
  readonly maxRedirects?: number;
  /** Default true: the body can be read, up to 1 MiB. Without it there are header fields only where cookies or redirects need them. */
  readonly keepBody?: boolean;
}

export const CALL_NAMES: OptionNames<CallOptions> = {
  ...{ name: true, headers: true, body: true, json: true, form: true },
  ...{ expect: true, timeoutMs: true, maxRedirects: true, keepBody: true },
};

/** Who asked for a call, and hears how it went before the flow does. */
export interface CallOwner {
  /** Whether header fields of the answer count, beside its status. */
  needsFields(options: CallOptions): boolean;
  /** Whether the answer is no error. */
  expects(call: FlowCall, answer: WireAnswer): boolean;
  /** A whole answer. */
  answered(call: FlowCall, answer: WireAnswer, now: number): void;
  failed(call: FlowCall, failure: Failure): void;
}

/** One request that a flow asked for; the hops of a redirect and the second try after a login are the same call again. */
export class FlowCall implements Exchange {
  request: EncodedRequest;
  row: StepRecorder;
  /** When the flow asked for it, in clock milliseconds. */
  intendedAt: number;
  writtenAt: number = -1;
  firstByteAt: number = -1;
  retried: boolean = false;
  /** Redirects followed so far. */
  hops: number = 0;
  /** A login was tried because of its answer. */
  renewed: boolean = false;
  /** It is part of a login. */
  isLogin: boolean = false;
  /** As sent, without what session and cookies add. */
  spec: RequestSpec;
  readonly name: string;
  readonly owner: CallOwner;
  readonly options: CallOptions;
  readonly keepsAnswer: boolean;
  readonly keepsBody: boolean;
  readonly timeoutMs: number | undefined;
  readonly promise: Promise<FlowAnswer>;
  resolve!: (answer: FlowAnswer) => void;
  reject!: (error: unknown) => void;

  constructor(
    owner: CallOwner,
    name: string,
    row: StepRecorder,
    spec: RequestSpec,
    request: EncodedRequest,
    options: CallOptions,
    now: number,
  ) {
    this.owner = owner;
    this.name = name;
    this.row = row;
    this.spec = spec;
    this.request = request;
    this.options = options;
    this.keepsBody = options.keepBody !== false;
    this.keepsAnswer = this.keepsBody || owner.needsFields(options);
    this.timeoutMs = options.timeoutMs;
    this.intendedAt = now;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  get traceparent(): string | undefined {
    return this.request.traceparent;
  }

  /** Gets ready to go out once more. */
  again(spec: RequestSpec, request: EncodedRequest, row: StepRecorder, now: number): void {
    this.spec = spec;
    this.request = request;
    this.row = row;
    this.intendedAt = now;
    this.writtenAt = -1;
    this.firstByteAt = -1;
    this.retried = false;
  }
}
