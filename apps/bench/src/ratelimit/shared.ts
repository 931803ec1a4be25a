import { peerOf } from '../child-figures.ts';
import { startChild } from '../load/child.ts';
import { type Measurement, median, overRounds } from '../measurement.ts';
import { startRedis } from '../own-redis.ts';
import { takeTurns } from '../turns.ts';

const RUN = new URL('./shared-run.ts', import.meta.url);
const PEER = 'rate-limiter-flexible';

interface Asked {
  readonly perSecond: number;
  readonly cpuUs: number;
}

/** Decisions a second that Redis makes, ÷ those of the peer on the same server, and what one costs the process that asks. */
export async function measureShared(rounds: number): Promise<Measurement[]> {
  await using redis = await startRedis();
  const measured = await takeTurns(['own', 'peer'], rounds, async (arm) => {
    await using child = await startChild<Asked>(RUN, [arm, redis.url]);
    return child.ready;
  });
  const ratios = measured.map(({ own, peer }) => own.perSecond / peer.perSecond);
  const [rate, cpuUs] = [
    median(measured.map(({ peer }) => peer.perSecond)),
    median(measured.map(({ peer }) => peer.cpuUs)),
  ];
  const ownCpuUs = measured.map(({ own }) => own.cpuUs);
  return [
    { ...overRounds('ratelimit.redis.rate', ratios), peer: peerOf(PEER, rate) },
    { ...overRounds('ratelimit.redis.cpu', ownCpuUs), peer: peerOf(PEER, cpuUs) },
  ];
}
