import type { ErrorClass } from '../result/index.ts';
import type { KeptBody } from './kept-body.ts';
import type { EncodedRequest } from './request-encoder.ts';

/** One request on its way through a connection. */
export interface Exchange {
  readonly request: EncodedRequest;
  /** Header fields and body of the answer are wanted. */
  readonly keepsAnswer: boolean;
  /** False: of the answer only its header fields are wanted; default true. */
  readonly keepsBody?: boolean;
  /** How long it may take, connecting included, instead of the engine's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** The `traceparent` that it goes out with; undefined for none. Made when it is asked for. */
  readonly traceparent?: string | undefined;
  /** When it was first written, in clock milliseconds; -1 before that. Set by the connection. */
  writtenAt: number;
  /** When the first byte of its answer came, in clock milliseconds; -1 before that. Set by the connection. */
  firstByteAt: number;
  /** It was written once more because its connection had been closed meanwhile. Set by the pool. */
  retried: boolean;
  /** Writes its ids into the template of a `traceparent` in `bytes` from `at` on; absent when they are in the request already. */
  stamp?(bytes: DataView, at: number): void;
}

/** A whole answer, as any engine hands it over; good during the call only, but for what its methods gave. */
export interface WireAnswer {
  readonly status: number;
  /** Bytes of the body as they came, without chunk framing. */
  readonly bodyBytes: number;
  /** The header fields by lower-case name, repeated ones joined by `, `; none unless the answer is kept. */
  headers(): Readonly<Record<string, string>>;
  /** The values of its Set-Cookie fields, which cannot be joined (RFC 6265 section 3); none unless the answer is kept. */
  setCookies(): readonly string[];
  /** The body; undefined unless the answer is kept. */
  body(): KeptBody | undefined;
}

/** Why an exchange got no answer. */
export interface Failure {
  readonly kind: Extract<ErrorClass, 'timeout' | 'connect' | 'reset' | 'protocol' | 'check' | 'client' | 'unsent'>;
  /** For people: an errno code or what was malformed. */
  readonly reason: string;
}

/** Hears how each exchange ended: exactly one call an exchange. */
export interface ExchangeHandler<E extends Exchange> {
  /** A whole answer, read until `now`. */
  answered(exchange: E, answer: WireAnswer, now: number): void;
  failed(exchange: E, failure: Failure, now: number): void;
}

const CLIENT_CODES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM']);

/** The failure that a socket error means: the generator's own lack of resources, no connection, or a broken one. */
export function failureOf(error: NodeJS.ErrnoException | undefined, connected: boolean): Failure {
  const reason = error?.code ?? error?.message ?? 'the connection ended';
  if (CLIENT_CODES.has(reason)) return { kind: 'client', reason };
  return { kind: connected ? 'reset' : 'connect', reason };
}
