import type { ProbeContext, ProbeSpec } from '@millrace/load/prove';
import { type Ask, createAsk, expectStatus, repeatFor } from './probe-client.ts';
import type { Trader } from './trader.ts';

/** What a token is tried with. */
export const ME = '/api/v1/auth/me';
/** A token that is still accepted after so long counts as accepted for that long. */
const GIVE_UP_MS = 5_000;

interface Counted {
  revocations: number;
  acceptedAfterRevocation: number;
  revocationDelayUs: number;
}

/**
 * Logs out and changes passwords as users whom nobody else plays, and then uses the token that has ended: each request
 * that is still accepted counts, and so does the time until the first that is refused.
 */
export function revocationProbe([leaver, changer]: readonly [leaver: Trader, changer: Trader]): ProbeSpec {
  return {
    id: 'revocation',
    async run(context: ProbeContext) {
      const ask = createAsk(context, leaver);
      const counted: Counted = { revocations: 0, acceptedAfterRevocation: 0, revocationDelayUs: 0 };
      let { password } = changer;
      await repeatFor(context, async () => {
        await logOut(ask, leaver, counted);
        password = await changePassword(ask, { ...changer, password }, counted);
      });
      return { counters: { ...counted }, histograms: {} };
    },
  };
}

async function logOut(ask: Ask, trader: Trader, counted: Counted): Promise<void> {
  const token = await logIn(ask, trader);
  await warm(ask, token);
  expectStatus(await ask('POST', '/api/v1/auth/logout', token), 204, 'logging out');
  await useAfterwards(ask, token, counted);
}

/** Ends every session of the user but the one that asked. Gives the new password. */
async function changePassword(ask: Ask, trader: Trader, counted: Counted): Promise<string> {
  const [kept, ended] = [await logIn(ask, trader), await logIn(ask, trader)];
  await warm(ask, ended);
  const newPassword = `${trader.password.slice(0, 40)}, changed`;
  const change = { currentPassword: trader.password, newPassword };
  expectStatus(await ask('PUT', '/api/v1/auth/me/password', kept, change), 204, 'changing the password');
  await useAfterwards(ask, ended, counted);
  return newPassword;
}

/** Gives a fresh token of the user. */
export async function logIn(ask: Ask, { username, password }: Trader): Promise<string> {
  const answer = await ask('POST', '/api/v1/auth/token', undefined, { username, password });
  expectStatus(answer, 200, 'logging in');
  return (answer.body as { access_token: string }).access_token;
}

/** Twice: what is remembered of a token is remembered by then. */
export async function warm(ask: Ask, token: string): Promise<void> {
  for (let i = 0; i < 2; i++) expectStatus(await ask('GET', ME, token), 200, 'using a fresh token');
}

async function useAfterwards(ask: Ask, token: string, counted: Counted): Promise<void> {
  const start = performance.now();
  counted.revocations += 1;
  while (performance.now() - start < GIVE_UP_MS && (await ask('GET', ME, token)).status !== 401)
    counted.acceptedAfterRevocation += 1;
  counted.revocationDelayUs += Math.round((performance.now() - start) * 1_000);
}
