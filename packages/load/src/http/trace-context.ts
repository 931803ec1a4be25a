import type { Random } from 'millrace/core';

/*
 * W3C Trace Context: `traceparent: 00-<trace, 32 hex digits>-<span, 16>-<flags, 2>`. Level 2 asks that the last seven
 * bytes of a trace's id be random; all of the last eight are here. Its flag that says so is left out, as it may be,
 * for readers of level 1 that know two flags only.
 */

/**
 * The `traceparent` of requests. `unsampled`: their ids stand in the service's logs, and it records no span for them
 * unless it decides so itself; `sampled`: it is asked to record each one, and pays for that; `off`: none is sent.
 */
export type Tracing = 'off' | 'unsampled' | 'sampled';

/** What a request went out with. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

const RANGE = 0x1_0000_0000;
const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;
const VARIED_DIGITS = 16;
const VERSION = '00-';
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(?:$|-)/;
/** The two digits of each byte. */
const DIGITS: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) => {
  return Buffer.from(byte.toString(16).padStart(2, '0'), 'latin1').readUInt16BE();
});

/** What a `traceparent` names; undefined when it is none. */
export function readTraceparent(value: string | undefined): TraceParent | undefined {
  const [, traceId, spanId] = TRACEPARENT.exec(value ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId };
}

/** The traces of one user's flows: a trace for each iteration, a span for each of its requests. */
export class UserTraces {
  readonly #flags: string;
  readonly #traces: Random;
  readonly #spans: Random;
  #trace: string;

  /** @param random a stream of the user's own */
  constructor(random: Random, tracing: Exclude<Tracing, 'off'>) {
    this.#flags = flagsOf(tracing);
    this.#traces = random.fork('traces');
    this.#spans = random.fork('spans');
    this.#trace = hexOf(this.#traces, TRACE_DIGITS);
  }

  /** From now on another trace. */
  begin(): void {
    this.#trace = hexOf(this.#traces, TRACE_DIGITS);
  }

  /** The `traceparent` of the next request. */
  next(): string {
    return `${VERSION}${this.#trace}-${hexOf(this.#spans, SPAN_DIGITS)}-${this.#flags}`;
  }
}

/**
 * The traces of arrivals, one for each: functions of the seed and the arrival's number, so that a request sent once more
 * has its ids again, and ids need not be kept. The first half of a trace's id is the run's.
 */
export class ArrivalTraces {
  /** A `traceparent` in which an arrival's ids are to be written. */
  readonly template: string;
  readonly #keys: readonly [number, number];
  readonly #run: readonly [number, number];
  #trace1 = 0;
  #trace2 = 0;
  #span1 = 0;
  #span2 = 0;

  constructor(random: Random, tracing: Exclude<Tracing, 'off'>) {
    const run = hexOf(random, TRACE_DIGITS - VARIED_DIGITS);
    this.#run = [Number.parseInt(run.slice(0, 8), 16), Number.parseInt(run.slice(8), 16)];
    this.#keys = [random.int(RANGE) | 0, random.int(RANGE) | 0];
    this.template = `${VERSION}${run}${'0'.repeat(VARIED_DIGITS)}-${'0'.repeat(SPAN_DIGITS)}-${flagsOf(tracing)}`;
  }

  /** Writes the ids into the template, which lies there from `at` on: once a request, so without an object. */
  write(bytes: DataView, at: number, index: number, isPrerequisite: boolean): void {
    this.#aim(index, isPrerequisite);
    const traceAt = at + VERSION.length + TRACE_DIGITS - VARIED_DIGITS;
    writeHex(bytes, traceAt, this.#trace1);
    writeHex(bytes, traceAt + 8, this.#trace2);
    writeHex(bytes, traceAt + VARIED_DIGITS + 1, this.#span1);
    writeHex(bytes, traceAt + VARIED_DIGITS + 9, this.#span2);
  }

  /** The same ids, trace and span, as six words of 32 bits. */
  writeWords(words: Float64Array, at: number, index: number, isPrerequisite: boolean): void {
    this.#aim(index, isPrerequisite);
    words[at] = this.#run[0];
    words[at + 1] = this.#run[1];
    words[at + 2] = this.#trace1 >>> 0;
    words[at + 3] = this.#trace2 >>> 0;
    words[at + 4] = this.#span1 >>> 0;
    words[at + 5] = this.#span2 >>> 0;
  }

  /** The whole `traceparent` of an arrival. */
  textOf(index: number, isPrerequisite: boolean): string {
    const bytes = Buffer.from(this.template, 'latin1');
    this.write(viewOf(bytes), 0, index, isPrerequisite);
    return bytes.toString('latin1');
  }

  #aim(index: number, isPrerequisite: boolean): void {
    this.#trace1 = mix(Math.imul(index + 1, 0x9e3779b1) ^ this.#keys[0]);
    this.#trace2 = mix(this.#trace1 ^ this.#keys[1] ^ Math.floor(index / RANGE));
    this.#span1 = mix((this.#trace2 + (isPrerequisite ? 0x85ebca6b : 0x27d4eb2f)) | 0);
    // Never all zeros, which would be no id.
    this.#span2 = mix(this.#span1 ^ this.#trace1) || 1;
  }
}

/** For writing into the same memory. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function flagsOf(tracing: Exclude<Tracing, 'off'>): string {
  return tracing === 'sampled' ? '01' : '00';
}

/** Never all zeros. */
function hexOf(random: Random, digits: number): string {
  let hex = '';
  while (hex.length < digits) hex += random.int(RANGE).toString(16).padStart(8, '0');
  return /[^0]/.test(hex) ? hex : `${hex.slice(1)}1`;
}

/** The final mix of MurmurHash3 (Austin Appleby): one to one on 32 bits. */
function mix(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The eight digits of a word. */
function writeHex(bytes: DataView, at: number, word: number): void {
  bytes.setUint16(at, DIGITS[word >>> 24] as number);
  bytes.setUint16(at + 2, DIGITS[(word >>> 16) & 255] as number);
  bytes.setUint16(at + 4, DIGITS[(word >>> 8) & 255] as number);
  bytes.setUint16(at + 6, DIGITS[word & 255] as number);
}
