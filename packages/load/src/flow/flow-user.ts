import type { Random } from 'millrace/core';
import type { Feeder } from '../feeder/index.ts';
import type { RequestSpec } from '../scenario/index.ts';
import type { FlowAnswer } from './answer.ts';
import type { CallOptions } from './call.ts';
import type { EventsOptions, UserEvents } from './user-events.ts';
import type { SocketOptions, UserSocket } from './user-socket.ts';

/** Feeders by the names under which a flow draws from them. */
export type Feeders = Readonly<Record<string, Feeder>>;

/** The row type of a feeder. */
export type RowOf<Source> = Source extends Feeder<infer Row> ? Row : never;

/** What a login gives. */
export interface Session {
  /** Sent with each request of the user, `authorization` for one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long it lasts, from now, in milliseconds; then the user logs in again. Default: until the run ends. */
  readonly expiresInMs?: number;
}

/**
 * HTTP requests to the target. Each rejects when no whole answer came (MILLRACE_FLOW_REQUEST_FAILED), or one of another
 * status than expected (MILLRACE_FLOW_STATUS_UNEXPECTED); a flow that lets it through has failed.
 */
export interface HttpCalls {
  get(path: string, options?: CallOptions): Promise<FlowAnswer>;
  head(path: string, options?: CallOptions): Promise<FlowAnswer>;
  post(path: string, options?: CallOptions): Promise<FlowAnswer>;
  put(path: string, options?: CallOptions): Promise<FlowAnswer>;
  patch(path: string, options?: CallOptions): Promise<FlowAnswer>;
  delete(path: string, options?: CallOptions): Promise<FlowAnswer>;
  request(method: RequestSpec['method'], path: string, options?: CallOptions): Promise<FlowAnswer>;
}

/** A virtual user as flows and logins see it. It runs one flow at a time. */
export interface FlowUser<Data extends Feeders = Feeders, Shared = unknown, State = unknown> extends HttpCalls {
  /** 0 to the number of users − 1. */
  readonly index: number;
  /** The user's own seeded stream. */
  readonly random: Random;
  /** What `createUser` made, kept from flow to flow. */
  readonly state: State;
  /** What `setup` gave. */
  readonly shared: Shared;
  /** Undefined before the first login. */
  readonly session: Session | undefined;
  /** The next row of a feeder of `data`. @throws MILLRACE_FEEDER_EXHAUSTED */
  next<Name extends keyof Data & string>(name: Name): RowOf<Data[Name]>;
  /** Counts whether something is as it should be. Returns it. */
  check(name: string, passed: boolean): boolean;
  /** Waits, evenly drawn from the user's own stream, `minMs` to `maxMs` (default: just `minMs`) milliseconds. */
  think(minMs: number, maxMs?: number): Promise<void>;
  /** Times several things together, as a row of `groups`. */
  group<Value>(name: string, run: () => Promise<Value>): Promise<Value>;
  /** The value of a cookie that a request to `path` (default `/`) would carry. */
  cookie(name: string, path?: string): string | undefined;
  /** Forgets cookies and session: a new visitor. */
  forget(): void;
  /** Opens a WebSocket. It is closed when the flow ends. */
  webSocket(path: string, options?: SocketOptions): Promise<UserSocket>;
  /** Opens an event stream. It is closed when the flow ends. */
  events(path: string, options?: EventsOptions): Promise<UserEvents>;
}
