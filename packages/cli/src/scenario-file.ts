import { loadScenario } from '@millrace/load';
import { MillraceError } from 'millrace/core';
import { usage } from './errors.ts';
import type { LoadPlan } from './load-request.ts';

const DEFAULT_USERS = 10;
/** What a scenario may be exported as, in the order in which they are looked for. */
const NAMES = ['default', 'scenario'] as const;

/**
 * The plan with what only the scenario knows: the name it is exported under, and how many users there are where nobody
 * says it.
 * @throws MILLRACE_FLOW_SCENARIO_UNREADABLE, MILLRACE_FLOW_SCENARIO_INVALID, MILLRACE_CLI_USAGE
 */
export async function withScenario(plan: LoadPlan): Promise<LoadPlan> {
  const { source, model, maxConnections } = plan;
  const isClosed = model.kind === 'closed';
  if (source.kind === 'requests') return isClosed ? { ...plan, maxConnections: maxConnections ?? DEFAULT_USERS } : plan;
  const { name, users } = await findScenario(source.href);
  const named = { ...plan, source: { ...source, name } };
  if (!isClosed) return named;
  if (maxConnections === undefined) return { ...named, maxConnections: Math.min(users, DEFAULT_USERS) };
  if (maxConnections <= users) return named;
  const reason = `${maxConnections} users are more than the ${users} of the scenario`;
  throw usage(reason);
}

async function findScenario(href: string): Promise<{ readonly name: string; readonly users: number }> {
  let first: unknown;
  for (const name of NAMES) {
    try {
      return { name, users: (await loadScenario({ href, name })).users };
    } catch (error) {
      if (!(error instanceof MillraceError) || error.code !== 'MILLRACE_FLOW_SCENARIO_INVALID') throw error;
      first ??= error;
    }
  }
  throw first;
}
