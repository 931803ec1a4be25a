import { randomUUID } from 'node:crypto';
import { defineScenario, type Flow, type FlowAnswer, type FlowUser } from '@millrace/load';
import { createZipf } from '../src/data/zipf.ts';
import { ask, drawNew, KNOWN_PROMPTS, requireMessage, requireWholeStream } from '../src/proof/prompts.ts';
import type { Trader } from '../src/proof/trader.ts';
import { accountOf, openAccounts } from './accounts.ts';
import type { NoRows } from './pages.ts';

const known = createZipf(KNOWN_PROMPTS);

/** What all visitors share: accounts, and what sets the questions of this run apart from those of every other. */
interface Shared {
  readonly accounts: readonly Trader[];
  readonly run: string;
}

interface Asker {
  readonly account: Trader;
  readonly run: string;
}

type Visitor = FlowUser<NoRows, Shared, Asker>;

/** Origin 004's gateway, for `millrace load run`: prompts that nobody asked before, that everybody asks, and events. */
export const scenario = defineScenario<NoRows, Shared, Asker>({
  name: 'gateway',
  users: 400,
  // Another seed draws other prompts, but the service remembers those of a run before with the same one.
  setup: async (context) => ({ accounts: await openAccounts(context, { first: 1 }), run: randomUUID() }),
  createUser: (index, _random, { accounts, run }) => ({ account: accountOf(accounts, index), run }),
  flows: [
    flowOf({ name: 'unique', weight: 20, stream: false, question: newQuestion }),
    flowOf({ name: 'repeated', weight: 100, stream: false, question: (user) => ['repeated', known.draw(user.random)] }),
    flowOf({ name: 'events', weight: 10, stream: true, question: newQuestion }),
  ],
});

interface Kind {
  readonly name: string;
  readonly weight: number;
  /** Whether it is answered as events. */
  readonly stream: boolean;
  /** Its text, and the number that makes it one of many. */
  question(user: Visitor): readonly [text: string, number: number];
}

function newQuestion({ random, state: { run } }: Visitor): readonly [string, number] {
  return [run, drawNew(random)];
}

function flowOf({ name, weight, stream, question }: Kind): Flow<Visitor> {
  return {
    name,
    weight,
    async run(user) {
      const { method, path, headers, body } = ask(user.state.account, ...question(user), stream);
      const answer = await user.request(method, path, { name, headers, body });
      user.check(stream ? 'a whole stream of events' : 'a whole message', isWhole(answer, stream));
    },
  };
}

function isWhole(answer: FlowAnswer, stream: boolean): boolean {
  try {
    const body = answer.text();
    if (stream) requireWholeStream({ body });
    else requireMessage({ body });
    return true;
  } catch {
    return false;
  }
}
