import { type Measurement, overRounds } from '../../measurement.ts';
import { percentile } from '../../percentile.ts';
import { PROCESSES, startStage } from './members.ts';

const PER_SECOND = 1_000;
const WARM_UP_S = 1;
/** Far more than the last one takes. */
const SETTLE_MS = 500;

interface Flood {
  readonly latenciesMs: readonly number[];
  readonly lost: number;
}

/** From an invalidation in one process until it counts in the others, round by round. */
export async function measureInvalidation(rounds: number, seconds: number): Promise<Measurement[]> {
  const floods: Flood[] = [];
  for (let round = 0; round < rounds; round++) floods.push(await flood(seconds));
  const lost = floods.reduce((sum, each) => sum + each.lost, 0);
  const over = (share: number): number[] => floods.map(({ latenciesMs }) => percentile(latenciesMs, share));
  return [
    overRounds('cache.shared.invalidation.p50', over(0.5)),
    overRounds('cache.shared.invalidation.p99', over(0.99)),
    { goal: 'cache.shared.invalidation.lost', value: lost, spread: null },
  ];
}

async function flood(seconds: number): Promise<Flood> {
  await using stage = await startStage({ cache: { name: 'bench' } }, () => null);
  await run(stage.members, 'warm', WARM_UP_S);
  return await run(stage.members, 'key', seconds);
}

async function run(
  members: Awaited<ReturnType<typeof startStage>>['members'],
  what: string,
  seconds: number,
): Promise<Flood> {
  const perSecond = PER_SECOND / PROCESSES;
  const count = perSecond * seconds;
  const told = await Promise.all(
    members.map((member, at) => member.tell('flood', { prefix: `${what}${at}:`, count, perSecond })),
  );
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const latenciesMs: number[] = [];
  let lost = told.reduce((sum, { pending }) => sum + pending, 0);
  for (const [from, { askedAt }] of told.entries()) {
    for (const [to, member] of members.entries()) {
      if (to === from) continue;
      const heard = await member.tell('heard', { prefix: `${what}${from}:`, count });
      for (const [index, at] of heard.entries()) {
        if (at === null) lost++;
        else latenciesMs.push(at - (askedAt[index] ?? 0));
      }
    }
  }
  return { latenciesMs, lost };
}
