import { loadScenario as loadModule, type ScenarioModule } from '../flow/index.ts';
import type { ScriptedScenario } from '../run/index.ts';
import { defineScenario, type RequestSpec, type Scenario } from '../scenario/index.ts';

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

/**
 * The scenario of a source.
 * @param workers plain requests have no users, so they get one for each of these
 * @throws MILLRACE_FLOW_SCENARIO_UNREADABLE, MILLRACE_FLOW_SCENARIO_INVALID, MILLRACE_LOAD_OPTION_INVALID
 */
export async function loadScenario(source: ScenarioSource, workers: number): Promise<LoadableScenario> {
  return source.kind === 'module' ? loadModule(source) : fromRequests(source, workers);
}

function fromRequests({ name, requests }: RequestsSource, users: number): Scenario<unknown> {
  return defineScenario<unknown>({
    ...{ name, users, createUser: () => undefined },
    steps: requests.map(({ name, weight = 1, request }) => ({ name, weight, build: () => request })),
  });
}
