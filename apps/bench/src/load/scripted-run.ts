import { defineScenario, type Flow, type FlowUser, feedCsv, runClosed } from '@millrace/load';
import { countCost } from './cost.ts';

/**
 * One closed run of a scripted scenario in a fresh process: `scripted-run.ts URL MILLISECONDS`. Each of 64 users logs in
 * with its row of a CSV file for every flow anew, and then makes one of three weighted calls three times, checking the
 * JSON of each. Prints its requests and the CPU of the whole process.
 */
const [target = '', durationMs = ''] = process.argv.slice(2);

interface Page {
  readonly items: readonly { readonly id: number }[];
}

type Accounts = { readonly accounts: ReturnType<typeof feedAccounts> };

function feedAccounts() {
  return feedCsv<{ name: string; password: string }>(new URL('accounts.csv', import.meta.url));
}

function flow(name: string, weight: number, path: string): Flow<FlowUser<Accounts>> {
  return {
    name,
    weight,
    async run(user) {
      const login = await user.post('/login', { name: 'login', json: user.next('accounts') });
      const { token } = login.json<{ token: string }>();
      const options = { name, headers: { authorization: `Bearer ${token}` } };
      for (let call = 0; call < 3; call++) {
        const answer = await user.get(path, options);
        user.check('has items', answer.json<Page>().items.length === 3);
      }
    },
  };
}

const scenario = defineScenario({
  name: 'scripted',
  users: 64,
  data: { accounts: feedAccounts() },
  flows: [flow('list', 6, '/items?page=1'), flow('detail', 3, '/items/42'), flow('search', 1, '/items?q=tea')],
});

const cost = countCost();
const result = await runClosed({ target, scenario, durationMs: Number(durationMs), maxConnections: 64, seed: 1 });
const paid = cost();
const failed = result.checks?.some((check) => check.failed > 0) === true || result.total.ok !== result.total.sent;
if (failed) throw new Error('answers or checks failed');
console.log(JSON.stringify({ requests: result.total.ok, ...paid }));
