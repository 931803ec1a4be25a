import { defineScenario } from '@millrace/load';
import { LOGIN, READS, WRITES } from '../src/proof/pages.ts';
import type { Trader } from '../src/proof/trader.ts';
import { accountOf, openAccounts } from './accounts.ts';
import { flowsOf, type NoRows } from './pages.ts';

/** Origin 000's mix, for `millrace load run`: 70 % authorised reads, 15 % logins, 15 % writes. */
export const scenario = defineScenario<NoRows, readonly Trader[], Trader>({
  name: 'trader mix',
  users: 100,
  setup: (context) => openAccounts(context, { first: 1, strategies: true }),
  createUser: (index, _random, accounts) => accountOf(accounts, index),
  flows: flowsOf([...READS, LOGIN, ...WRITES]),
});
