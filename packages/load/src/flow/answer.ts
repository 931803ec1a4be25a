import type { WireAnswer } from '../http/index.ts';
import type { StepRecorder } from '../run/index.ts';
import { FLOW_ERRORS } from './errors.ts';

/** The call that was answered. */
interface AnsweredCall {
  readonly name: string;
  readonly row: StepRecorder;
  readonly keepsBody: boolean;
}

/** A whole answer. Its body is decoded when it is asked for. */
export class FlowAnswer {
  readonly status: number;
  /** By lower-case name; repeated fields joined by `, `. None when the answer was not kept. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body as they came. */
  readonly bodyBytes: number;
  /** From the first write to the last byte, in milliseconds. */
  readonly serviceMs: number;
  /** The row of the result that counts it. */
  readonly name: string;
  readonly #body: ReturnType<WireAnswer['body']>;
  readonly #row: StepRecorder;
  #text: string | undefined;

  constructor({ name, row, keepsBody }: AnsweredCall, answer: WireAnswer, serviceMs: number) {
    this.name = name;
    this.#row = row;
    this.status = answer.status;
    this.headers = answer.headers();
    this.bodyBytes = answer.bodyBytes;
    this.serviceMs = serviceMs;
    this.#body = keepsBody ? answer.body() : undefined;
  }

  /** 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The body as it came. @throws MILLRACE_FLOW_BODY_TOO_LARGE */
  bytes(): Buffer {
    const body = this.#body;
    if (body === undefined) return Buffer.alloc(0);
    if (body.overflown) throw FLOW_ERRORS.create('MILLRACE_FLOW_BODY_TOO_LARGE', { name: this.name });
    const before = body.decodedBytes;
    const bytes = body.bytes();
    if (body.decodedBytes > before) this.#row.decoded(body.decodedBytes);
    return bytes;
  }

  /** The body as UTF-8 text. @throws MILLRACE_FLOW_BODY_TOO_LARGE */
  text(): string {
    this.#text ??= this.bytes().toString();
    return this.#text;
  }

  /** The body as JSON, as the type that the flow says it has. @throws MILLRACE_FLOW_ANSWER_INVALID, MILLRACE_FLOW_BODY_TOO_LARGE */
  json<Value = unknown>(): Value {
    const text = this.text();
    try {
      return JSON.parse(text) as Value;
    } catch (cause) {
      const reason = `no JSON (status ${this.status}, ${this.bodyBytes} bytes)`;
      throw FLOW_ERRORS.create('MILLRACE_FLOW_ANSWER_INVALID', { name: this.name, reason }, cause);
    }
  }

  /** What the first group of `pattern`, or all of it, matches in the body. @throws MILLRACE_FLOW_ANSWER_INVALID, MILLRACE_FLOW_BODY_TOO_LARGE */
  extract(pattern: RegExp): string {
    const match = pattern.exec(this.text());
    const found = match?.[1] ?? match?.[0];
    if (found !== undefined) return found;
    const reason = `nothing matches ${pattern} (status ${this.status}, ${this.bodyBytes} bytes)`;
    throw FLOW_ERRORS.create('MILLRACE_FLOW_ANSWER_INVALID', { name: this.name, reason });
  }
}
