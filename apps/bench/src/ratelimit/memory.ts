import { besidePeer, inTurns, peerOf } from '../child-figures.ts';
import { type Measurement, median, overRounds } from '../measurement.ts';

const PEER = 'rate-limiter-flexible';
const MEMORY_RUN = new URL('./memory-run.ts', import.meta.url);
const KEY_RUN = new URL('./key-run.ts', import.meta.url);

/** Decisions a second of a limiter in memory, those that pass and those that do not, and ÷ those of the peer. */
export async function measureMemory(rounds: number): Promise<Measurement[]> {
  const measured = await inTurns(MEMORY_RUN, ['accept', 'deny', 'peer-accept', 'peer-deny'], rounds);
  return (['accept', 'deny'] as const).flatMap((what) => [
    overRounds(
      `ratelimit.memory.${what}`,
      measured.map((round) => 1e3 / round[what]),
    ),
    besidePeer(`ratelimit.memory.${what}.peer`, measured, [what, `peer-${what}`], PEER),
  ]);
}

/** Bytes that a key takes beyond itself. */
export async function measureKeys(rounds: number): Promise<Measurement> {
  const measured = await inTurns(KEY_RUN, ['own', 'peer'], rounds);
  const own = measured.map((round) => round.own);
  const peer = peerOf(PEER, median(measured.map((round) => round.peer)));
  return { ...overRounds('ratelimit.memory.key', own), peer };
}
