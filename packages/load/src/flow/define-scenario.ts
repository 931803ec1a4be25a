import { defineScenario as defineSteps, type Scenario } from '../scenario/index.ts';
import type { FlowDefinition } from './flow-definition.ts';
import { defineFlows, type FlowScenario } from './flow-scenario.ts';
import type { Feeders } from './flow-user.ts';

/**
 * Declares a scenario: of flows, which are scripts that users run, or of steps, which are single requests. Pure
 * configuration; what is wrong with it is said at once.
 * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN
 * @example
 * const shop = defineScenario({
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
 * @example
 * const readers = defineScenario({
 *   name: 'readers', users: 10, createUser: (index) => ({ id: index }),
 *   steps: [{ name: 'item', weight: 1, build: (user) => ({ method: 'GET', path: `/items/${user.id}` }) }],
 * });
 */
export function defineScenario<User>(scenario: Scenario<User>): Scenario<User>;
export function defineScenario<
  const Data extends Feeders = Record<never, never>,
  Shared = undefined,
  State = Record<string, unknown>,
>(definition: FlowDefinition<Data, Shared, State>): FlowScenario;
export function defineScenario(definition: FlowDefinition | Scenario<unknown>): FlowScenario | Scenario<unknown> {
  return 'flows' in definition ? defineFlows(definition) : defineSteps(definition);
}
