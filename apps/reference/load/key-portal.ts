import { defineScenario } from '@millrace/load';
import { PORTAL_PAGES } from '../src/proof/pages.ts';
import type { Trader } from '../src/proof/trader.ts';
import { accountOf, openAccounts } from './accounts.ts';
import { flowsOf, type NoRows } from './pages.ts';

/** Origin 003's key portal, for `millrace load run`. Behind it stands a key service that takes up to a second. */
export const scenario = defineScenario<NoRows, readonly Trader[], Trader>({
  name: 'key portal',
  users: 400,
  setup: (context) => openAccounts(context, { first: 1 }),
  createUser: (index, _random, accounts) => accountOf(accounts, index),
  flows: flowsOf(PORTAL_PAGES),
});
