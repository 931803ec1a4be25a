import { defineScenario } from '@millrace/load';
import type { Random } from 'millrace/core';
import { API_PAGES, type TraderStep } from '../src/proof/pages.ts';
import { ACCOUNTS, accountOf, openAccounts } from './accounts.ts';
import { openPage } from './pages.ts';

/**
 * The pages of the dashboards, from cold to warm, for `millrace load run`: every visitor opens each page once, which
 * nobody has opened for that account before, and then whichever they like. With 40 accounts and 7 pages the first 280
 * requests are cold: at 20 a second the first 14 seconds. On a service that has been asked before, all is warm.
 * The accounts are others than those of the other scenarios.
 */
export const scenario = defineScenario({
  name: 'API mix, cold to warm',
  users: ACCOUNTS,
  setup: (context) => openAccounts(context, { first: ACCOUNTS + 1, keys: true }),
  createUser: (index, _random, accounts) => ({ ...accountOf(accounts, index), opened: 0 }),
  flows: [
    {
      name: 'open a page',
      async run(user) {
        const { opened } = user.state;
        // Not all visitors the same page at the same time.
        const first = opened < API_PAGES.length ? API_PAGES[(user.index + opened) % API_PAGES.length] : undefined;
        user.state.opened = opened + 1;
        await user.group(first === undefined ? 'warm' : 'cold', () => openPage(user, first ?? anyPage(user.random)));
      },
    },
  ],
});

/** A page by the weights of the mix. */
function anyPage(random: Random): TraderStep {
  let left = random.next() * API_PAGES.reduce((sum, { weight }) => sum + weight, 0);
  for (const page of API_PAGES) {
    left -= page.weight;
    if (left < 0) return page;
  }
  throw new RangeError('the weights are more than their sum');
}
