import type { Random } from 'millrace/core';
import type { Feeders, FlowUser, HttpCalls, Session } from './flow-user.ts';

/** One script: what a user does from beginning to end. An arrival of the schedule is one iteration of one flow. */
export interface Flow<User = FlowUser> {
  /** Its row in `flows`. */
  readonly name: string;
  /** Share among the flows of the scenario, greater than 0; default 1. */
  readonly weight?: number;
  /** Done when the promise is. What it throws makes the iteration fail, and is counted as the reason. */
  run(user: User): Promise<void>;
}

/** What `setup` works with. Its requests are not measured. */
export interface SetupContext {
  readonly http: HttpCalls;
  readonly random: Random;
}

/** A scenario of flows, as it is declared. */
export interface FlowDefinition<Data extends Feeders = Feeders, Shared = unknown, State = unknown> {
  readonly name: string;
  /** Virtual users, 1 to 1,000,000. Each runs one flow at a time; an arrival that finds none free waits. */
  readonly users: number;
  /** Rows for the users, by the name under which they draw them. */
  readonly data?: Data;
  /** Cookies are kept per user; default true. A jar is made when the first one comes. */
  readonly cookies?: boolean;
  /** Redirects that a request follows, 0 to 20; default 0. */
  readonly maxRedirects?: number;
  /** Runs once a run, before it starts. What it gives is plain data for all users. */
  setup?(context: SetupContext): Promise<Shared> | Shared;
  /** What a user keeps from flow to flow; default an empty object. */
  createUser?(index: number, random: Random, shared: NoInfer<Shared>): State;
  /** Runs once a user, before its first flow, and again when the session is over. */
  login?(user: FlowUser<Data, NoInfer<Shared>, NoInfer<State>>): Promise<Session>;
  /** Statuses that say that the session is over: the user logs in again, and the request is sent once more. */
  readonly refreshOn?: readonly number[];
  readonly flows: readonly Flow<FlowUser<Data, NoInfer<Shared>, NoInfer<State>>>[];
}

/** A definition with its defaults filled in. */
export interface FlowPlan {
  readonly name: string;
  readonly users: number;
  readonly data: Feeders;
  readonly cookies: boolean;
  readonly maxRedirects: number;
  readonly refreshOn: readonly number[];
  readonly flows: readonly Flow[];
  readonly setup: ((context: SetupContext) => unknown) | undefined;
  readonly createUser: ((index: number, random: Random, shared: unknown) => unknown) | undefined;
  readonly login: ((user: FlowUser) => Promise<Session>) | undefined;
}
