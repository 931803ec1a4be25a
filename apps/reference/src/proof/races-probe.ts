import type { ProbeContext, ProbeSpec } from '@millrace/load/prove';
import { Histogram } from 'millrace/core';
import { type Ask, createAsk, expectStatus, repeatFor } from './probe-client.ts';
import { logIn, ME, warm } from './revocation-probe.ts';
import type { StartSibling } from './sibling.ts';
import type { Trader } from './trader.ts';

/** A token that the other instance still accepts after so long counts as accepted for that long. */
const GIVE_UP_MS = 5_000;
/** How often an ended token is tried at once. */
const TRIES = 5;

/** The instance that ends a session, and the other one. */
interface Instances {
  readonly here: Ask;
  readonly there: Ask;
}

const NOTHING = {
  races: 0,
  acceptedHere: 0,
  acceptedThere: 0,
  acceptedAgain: 0,
  refusedThereAfterUs: 0,
  keptSessions: 0,
  keptRefused: 0,
};

/**
 * Ends sessions through one of two instances of an arm while load runs, and uses the ended tokens at both: each request that
 * the same instance accepts after its 204 counts, each that the other one accepts, and the time until that refuses. The
 * session by which a password was changed is to go on at both.
 */
export function racesProbe([leaver, changer]: readonly [Trader, Trader], startSibling: StartSibling): ProbeSpec {
  return {
    id: 'races',
    async run(context: ProbeContext) {
      await using sibling = await startSibling(context.baseUrl, context.signal);
      const one = createAsk(context, leaver);
      const other = createAsk({ baseUrl: sibling.baseUrl, signal: context.signal }, leaver);
      const race = new Race();
      let { password } = changer;
      let turn = 0;
      await repeatFor(context, async () => {
        const instances = turn++ % 2 === 0 ? { here: one, there: other } : { here: other, there: one };
        await race.logOut(instances, leaver);
        password = await race.changePassword(instances, { ...changer, password });
      });
      return { counters: { ...race.counted }, histograms: { refusedThereUs: race.refusedThereUs.snapshot() } };
    },
  };
}

class Race {
  readonly counted: Record<keyof typeof NOTHING, number> = { ...NOTHING };
  readonly refusedThereUs: Histogram = new Histogram();

  async logOut(instances: Instances, leaver: Trader): Promise<void> {
    const token = await logIn(instances.there, leaver);
    await warmBoth(instances, token);
    expectStatus(await instances.here('POST', '/api/v1/auth/logout', token), 204, 'logging out');
    await this.#use(instances, token);
  }

  /** Gives the new password. */
  async changePassword(instances: Instances, changer: Trader): Promise<string> {
    const { here, there } = instances;
    const [kept, ended] = [await logIn(here, changer), await logIn(there, changer)];
    for (const token of [kept, ended]) await warmBoth(instances, token);
    const newPassword = `${changer.password.slice(0, 40)}, changed`;
    const change = { currentPassword: changer.password, newPassword };
    expectStatus(await here('PUT', '/api/v1/auth/me/password', kept, change), 204, 'changing the password');
    await this.#use(instances, ended);
    for (const ask of [here, there]) {
      this.counted.keptSessions += 1;
      if ((await ask('GET', ME, kept)).status !== 200) this.counted.keptRefused += 1;
    }
    return newPassword;
  }

  async #use({ here, there }: Instances, token: string): Promise<void> {
    const startedAt = performance.now();
    this.counted.races += 1;
    await Promise.all([
      accepted(here, token).then((count) => {
        this.counted.acceptedHere += count;
      }),
      this.#useThere(there, token, startedAt),
    ]);
    this.counted.acceptedAgain += await accepted(there, token);
  }

  async #useThere(ask: Ask, token: string, startedAt: number): Promise<void> {
    while (performance.now() - startedAt < GIVE_UP_MS && (await ask('GET', ME, token)).status !== 401)
      this.counted.acceptedThere += 1;
    const us = Math.round((performance.now() - startedAt) * 1_000);
    this.counted.refusedThereAfterUs += us;
    this.refusedThereUs.record(us);
  }
}

async function warmBoth({ here, there }: Instances, token: string): Promise<void> {
  await Promise.all([warm(here, token), warm(there, token)]);
}

/** How many of some tries at once are let in. */
async function accepted(ask: Ask, token: string): Promise<number> {
  const answers = await Promise.all(Array.from({ length: TRIES }, () => ask('GET', ME, token)));
  return answers.filter(({ status }) => status !== 401).length;
}
