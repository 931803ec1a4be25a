import { checkOptionNames, type OptionNames } from 'millrace/core';
import { loadScenario as loadModule, type ScenarioModule } from '../flow/index.ts';
import type { ScriptedScenario } from '../run/index.ts';
import { checkRequestNames, defineScenario, type RequestSpec, refuseOption, type Scenario } from '../scenario/index.ts';

/** One kind of request of a {@link RequestsSource}: sent as it is each time. */
export interface PlainRequest {
  /** Row name in the result. */
  readonly name: string;
  /** Share among them, greater than 0; default 1. */
  readonly weight?: number;
  /** Without functions: its body a string or bytes. */
  readonly request: RequestSpec;
}

/** A scenario as plain data. */
export interface RequestsSource {
  readonly kind: 'requests';
  readonly name: string;
  /** At least 1. */
  readonly requests: readonly PlainRequest[];
}

/** A scenario as each thread loads it for itself. */
export type ScenarioSource =
  | RequestsSource
  /** What a file exports. */
  | (ScenarioModule & { readonly kind: 'module' });

/** What a source may hold. */
export type LoadableScenario = Scenario<unknown> | ScriptedScenario;

const SOURCE_NAMES: OptionNames<RequestsSource> = { kind: true, name: true, requests: true };
const MODULE_NAMES: OptionNames<ScenarioModule & { kind: 'module' }> = { kind: true, href: true, name: true };
const PLAIN_NAMES: OptionNames<PlainRequest> = { name: true, weight: true, request: true };

/**
 * The scenario of a source.
 * @param workers plain requests have no users, so they get one for each of these
 * @throws MILLRACE_FLOW_SCENARIO_UNREADABLE, MILLRACE_FLOW_SCENARIO_INVALID, MILLRACE_LOAD_OPTION_INVALID
 * @throws MILLRACE_CORE_OPTION_UNKNOWN
 */
export async function loadScenario(source: ScenarioSource, workers: number): Promise<LoadableScenario> {
  if (source.kind === 'requests') return fromRequests(source, workers);
  checkOptionNames('source', source, MODULE_NAMES);
  return loadModule(source);
}

function fromRequests(source: RequestsSource, users: number): Scenario<unknown> {
  const { name, requests } = source;
  checkOptionNames('source', source, SOURCE_NAMES);
  if (!Array.isArray(requests)) throw refuseOption('source.requests', requests, 'a list of at least one');
  for (const [index, plain] of requests.entries()) checkPlain(`source.requests[${index}]`, plain);
  return defineScenario<unknown>({
    ...{ name, users, createUser: () => undefined },
    steps: requests.map(({ name, weight = 1, request }) => ({ name, weight, build: () => request })),
  });
}

function checkPlain(place: string, plain: PlainRequest): void {
  if (typeof plain !== 'object' || plain === null) throw refuseOption(place, plain, 'an object');
  checkOptionNames(place, plain, PLAIN_NAMES);
  const { name, request } = plain;
  if (typeof request !== 'object' || request === null) throw refuseOption(`${place}.request`, request, 'a request');
  checkRequestNames(name, request);
}
