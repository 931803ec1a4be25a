import type { Random } from 'millrace/core';

/** One HTTP request, ready to be written. */
export interface RequestSpec {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query, starting with `/`. */
  readonly path: string;
  /** `Host`, `Content-Length` and `Connection` are set by the engine. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Statuses that count as success; default: 200 to 399. */
  readonly expect?: readonly number[];
}

/** What came back, for steps that read it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One kind of request in a scenario. */
export interface Step<User> {
  /** Row name in the result. */
  readonly name: string;
  /** Share among the steps of the scenario; greater than 0. */
  readonly weight: number;
  /** Makes the request for one arrival. Must be quick: it runs on the generator's thread. */
  build(user: User, random: Random): RequestSpec;
  /** Reads the answer (a token, a cursor). The body is kept only for steps that have this. Throwing counts as a `check` error. */
  onAnswer?(answer: Answer, user: User): void;
}

/** Who sends what. Same seed, same users, same requests in the same order. */
export interface Scenario<User = unknown> {
  readonly name: string;
  /** Number of virtual users, at least 1. */
  readonly users: number;
  createUser(index: number, random: Random): User;
  /** The virtual user of the arrival with this index; default: uniform at random. */
  pickUser?(random: Random, arrival: number): number;
  readonly steps: readonly Step<User>[];
  /** A step that must be answered before this user can go on (log in, refresh a token), or undefined. Runs once at a time per user; its time counts into the waiting step's response time and is a row of its own. */
  prerequisite?(user: User): Step<User> | undefined;
}

/** Declares a scenario: checks weights, names and the number of users. Pure configuration. */
export function defineScenario<User>(scenario: Scenario<User>): Scenario<User> {
  return scenario;
}
