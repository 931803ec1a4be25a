import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpCalls, SetupContext } from '@millrace/load';
import { usernameOf, userPassword } from '../src/data/identity.ts';
import { authorised, exempt } from '../src/proof/authorised.ts';
import { signExemption } from '../src/proof/exemption.ts';
import type { Trader } from '../src/proof/trader.ts';

/** How many accounts the visitors of a scenario share. Each logs in before the run, and a login costs 0.2 s of CPU. */
export const ACCOUNTS: number = Number(process.env.ACCOUNTS ?? 40);

/** Who logs in, and what of theirs is looked up. */
export interface Accounts {
  /** The number of the first user in the data set, from 1. */
  readonly first: number;
  readonly strategies?: boolean;
  readonly keys?: boolean;
}

/** Visitors come from one address, far more often than people do: without the key of the service its limits count. */
const KEY = process.env.EXEMPTION_KEY;
const EXEMPTION = KEY === undefined || KEY === '' ? undefined : signExemption(KEY, 'load run');

/** Logins at a time: more would only wait for each other. */
const AT_ONCE = 2;
const MOST_TRIES = 10;

/**
 * Logs in once for each account, as any client does, and looks up what it owns. It knows of the data set no more than
 * how users and their passwords are called; nobody who is not a client of the service has to be asked.
 */
export async function openAccounts({ http }: SetupContext, accounts: Accounts): Promise<readonly Trader[]> {
  const traders: Trader[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let place = next++; place < ACCOUNTS; place = next++)
      traders[place] = await openAccount(http, accounts.first + place, accounts);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return traders;
}

async function openAccount(http: HttpCalls, userId: number, { strategies, keys }: Accounts): Promise<Trader> {
  const [username, password] = [usernameOf(userId), userPassword(userId)];
  const token = await logIn(http, username, password);
  const headers = authorised({ token, exemption: EXEMPTION });
  const idsAt = async (path: string): Promise<readonly number[]> => {
    const page = await http.get(path, { headers });
    return page.json<{ items: readonly { id: number }[] }>().items.map(({ id }) => id);
  };
  const strategyIds = strategies ? await idsAt('/api/v1/strategies?limit=50') : [];
  if (strategies && strategyIds.length === 0) throw new Error(`${username} has no strategy; take fewer ACCOUNTS`);
  const keyIds = keys ? await idsAt('/api/v1/keys?limit=5') : [];
  return { userId, username, password, token, strategyIds, keyIds, projectIds: [], exemption: EXEMPTION };
}

/** A service that has more to hash than it can, or more logins than it lets one network have, says when to come again. */
async function logIn(http: HttpCalls, username: string, password: string): Promise<string> {
  for (let tries = 1; ; tries++) {
    const expect = tries < MOST_TRIES ? [200, 429, 503] : [200];
    const answer = await http.post('/api/v1/auth/token', {
      headers: exempt({ exemption: EXEMPTION }),
      json: { username, password },
      expect,
    });
    if (answer.status === 200) return answer.json<{ access_token: string }>().access_token;
    await sleep(1_000 * Number(answer.headers['retry-after'] ?? 1));
  }
}

/** A visitor's own copy of one of the accounts, for a login of its own replaces the token. */
export function accountOf(accounts: readonly Trader[], visitor: number): Trader {
  const account = accounts[visitor % accounts.length];
  if (account === undefined) throw new RangeError('ACCOUNTS is a whole number from 1 up');
  return { ...account };
}
