import type { Flow, FlowUser } from '@millrace/load';
import type { TraderStep } from '../src/proof/pages.ts';
import type { Trader } from '../src/proof/trader.ts';
import { EXPECTATIONS } from './expectations.ts';

/** No rows of data are drawn: what visitors need they find in the service. */
export type NoRows = Record<never, never>;

/** A visitor with an account. */
export type Client = Pick<FlowUser<NoRows, unknown, Trader>, 'state' | 'random' | 'request' | 'check'>;

/** Asks for one page as the proof does, by its name, and looks at the answer. */
export async function openPage(user: Client, { name, build, onAnswer }: TraderStep): Promise<void> {
  const { method, path, headers = {}, body } = build(user.state, user.random);
  const answer = await user.request(method, path, { name, headers, ...(body !== undefined && { body }) });
  onAnswer?.({ status: answer.status, headers: answer.headers, body: answer.text() }, user.state);
  const expectation = EXPECTATIONS[name];
  if (expectation !== undefined)
    user.check(`${name} ${expectation.name}`, expectation.holds(answer.json(), user.state));
}

/** A flow for each page, with its weight. */
export function flowsOf(pages: readonly TraderStep[]): readonly Flow<Client>[] {
  return pages.map((page) => ({ name: page.name, weight: page.weight, run: (user) => openPage(user, page) }));
}
