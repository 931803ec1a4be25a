import { checkOptionNames, type OptionNames, type Random } from 'millrace/core';
import { checkWhole } from '../errors.ts';
import type { BodySource } from './body-source.ts';
import { checkFunction, checkName, checkPart, checkParts, type PartKind } from './check-parts.ts';

/** One HTTP request, ready to be written. */
export interface RequestSpec {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query, starting with `/`. */
  readonly path: string;
  /** `Host`, `Content-Length` and `Connection` are set by the engine. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as UTF-8; large bodies are better bytes, a file or another source. */
  readonly body?: string | Uint8Array | BodySource;
  /** The body is held back until the service asks for it, or one second has passed (`Expect: 100-continue`); default false. */
  readonly expectContinue?: boolean;
  /** Statuses that count as success; default: 200 to 399. */
  readonly expect?: readonly number[];
}

/** What came back, for steps that read it. */
export interface Answer {
  readonly status: number;
  /** By lower-case name; repeated fields joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One kind of request in a scenario. */
export interface Step<User> {
  /** Row name in the result. */
  readonly name: string;
  /** Share among the steps of the scenario; greater than 0. */
  readonly weight: number;
  /**
   * Makes the request for one arrival. Must be quick: it runs on the generator's thread. `random` is the arrival's own
   * and good during the call. Do not change a `headers` object that was given before: its text may be used again.
   */
  build(user: User, random: Random): RequestSpec;
  /**
   * Reads an answer of an expected status (a token, a cursor). The body is kept only for steps that have this, up to
   * 1 MiB. Throwing counts as a `check` error, and so does a longer body.
   */
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

const MAX_USERS = 1_000_000;
const SCENARIO_NAMES: OptionNames<Scenario> = {
  ...{ name: true, users: true, createUser: true },
  ...{ pickUser: true, steps: true, prerequisite: true },
};
const STEPS: PartKind<Step<unknown>> = {
  option: 'scenario.steps',
  names: { name: true, weight: true, build: true, onAnswer: true },
  run: 'build',
};
const REQUEST_NAMES: OptionNames<RequestSpec> = {
  ...{ method: true, path: true, headers: true },
  ...{ body: true, expectContinue: true, expect: true },
};

/**
 * Declares a scenario: checks the names of its options, weights, names and the number of users. Pure configuration.
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const readers = defineScenario({
 *   name: 'readers', users: 10, createUser: (index) => ({ id: index }),
 *   steps: [{ name: 'item', weight: 1, build: (user) => ({ method: 'GET', path: `/items/${user.id}` }) }],
 * });
 */
export function defineScenario<User>(scenario: Scenario<User>): Scenario<User> {
  const { name, users, createUser, steps } = scenario;
  checkOptionNames('defineScenario', scenario, SCENARIO_NAMES as OptionNames<Scenario<User>>);
  checkName('scenario.name', name);
  checkWhole('scenario.users', users, 1, MAX_USERS);
  checkFunction('scenario.createUser', createUser);
  checkParts(steps, STEPS as PartKind<Step<User>>);
  return scenario;
}

/** Refuses what a step built with an option that requests do not have. @throws MILLRACE_CORE_OPTION_UNKNOWN */
export function checkRequestNames(step: string, request: RequestSpec): void {
  checkOptionNames(`the request of step ${step}`, request, REQUEST_NAMES);
}

/** Refuses a prerequisite that is no step. @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
export function checkPrerequisite<User>(step: Step<User>): void {
  checkPart('the prerequisite', step, STEPS as PartKind<Step<User>>);
}
