import { checkOptionNames, type OptionNames, type Random } from 'millrace/core';
import { checkWhole } from '../errors.ts';
import type { ScriptedScenario, Workload, WorkloadContext, WorkloadGround } from '../run/index.ts';
import { checkFunction, checkName, checkParts, type PartKind, refuseOption } from '../scenario/index.ts';
import type { Flow, FlowDefinition, FlowPlan, SetupContext } from './flow-definition.ts';
import type { Feeders, FlowUser, Session } from './flow-user.ts';
import { openFlows } from './open-flows.ts';
import { runSetup } from './setup.ts';

const NAMES: OptionNames<FlowDefinition> = {
  name: true,
  users: true,
  data: true,
  cookies: true,
  maxRedirects: true,
  setup: true,
  createUser: true,
  login: true,
  refreshOn: true,
  flows: true,
};
const FLOWS: PartKind<Flow> = {
  option: 'scenario.flows',
  names: { name: true, weight: true, run: true },
  run: 'run',
};
const FUNCTIONS = ['setup', 'createUser', 'login'] as const;
const KIND = 'millrace.flows';
const MAX_USERS = 1_000_000;

/** A scenario of flows: what {@link defineFlows} checked. */
export class FlowScenario implements ScriptedScenario, FlowPlan {
  /** Also of another copy of this package: the command's may be one, the scenario's its own. */
  static isOne(value: unknown): value is FlowScenario {
    return typeof value === 'object' && value !== null && 'kind' in value && value.kind === KIND;
  }

  /** What it is, whichever copy made it. */
  readonly kind: 'millrace.flows' = KIND;
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

  constructor(definition: FlowDefinition) {
    const { name, users, data = {}, cookies = true, maxRedirects = 0, refreshOn = [], flows } = definition;
    this.name = name;
    this.users = users;
    this.data = data;
    this.cookies = cookies;
    this.maxRedirects = maxRedirects;
    this.refreshOn = refreshOn;
    this.flows = flows;
    this.setup = definition.setup?.bind(definition);
    this.createUser = definition.createUser?.bind(definition);
    this.login = definition.login?.bind(definition);
  }

  /** Runs `setup`. @throws MILLRACE_FLOW_SETUP_FAILED */
  setUp(context: WorkloadContext): Promise<unknown> {
    return runSetup(this, context);
  }

  /** Loads the rows and makes the users. @throws MILLRACE_FEEDER_EMPTY and what else loading throws */
  open(context: WorkloadContext, shared: unknown): Promise<(ground: WorkloadGround) => Workload> {
    return openFlows(this, context, shared);
  }
}

/**
 * Declares a scenario of flows. Pure configuration.
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const shop = defineFlows({
 *   name: 'shop',
 *   users: 100,
 *   data: { accounts: feedList([{ name: 'ada', password: 'secret' }]) },
 *   async login(user) {
 *     const answer = await user.post('/login', { json: user.next('accounts') });
 *     return { headers: { authorization: `Bearer ${answer.json<{ token: string }>().token}` } };
 *   },
 *   flows: [
 *     {
 *       name: 'browse',
 *       async run(user) {
 *         const list = await user.get('/items', { name: 'list' });
 *         user.check('has items', list.json<unknown[]>().length > 0);
 *         await user.think(200, 400);
 *       },
 *     },
 *   ],
 * });
 */
export function defineFlows<const Data extends Feeders = Feeders, Shared = undefined, State = Record<string, unknown>>(
  definition: FlowDefinition<Data, Shared, State>,
): FlowScenario {
  checkOptionNames('defineFlows', definition, NAMES as OptionNames<typeof definition>);
  const plan = definition as unknown as FlowDefinition;
  const { name, users, maxRedirects = 0, refreshOn = [], data = {}, flows } = plan;
  checkName('scenario.name', name);
  checkWhole('scenario.users', users, 1, MAX_USERS);
  checkWhole('scenario.maxRedirects', maxRedirects, 0, 20);
  checkStatuses(refreshOn);
  for (const option of FUNCTIONS) if (plan[option] !== undefined) checkFunction(`scenario.${option}`, plan[option]);
  for (const [source, feeder] of Object.entries(data)) checkFeeder(`scenario.data.${source}`, feeder);
  checkParts(flows, FLOWS);
  return new FlowScenario(plan);
}

function checkStatuses(statuses: readonly number[]): void {
  if (!Array.isArray(statuses)) throw refuseOption('scenario.refreshOn', statuses, 'a list of statuses');
  for (const status of statuses) checkWhole('scenario.refreshOn', status, 100, 999);
}

function checkFeeder(option: string, feeder: Feeders[string]): void {
  if (typeof feeder?.load === 'function') return;
  throw refuseOption(option, feeder, 'a feeder, as feedCsv, feedJson and feedList make them');
}
