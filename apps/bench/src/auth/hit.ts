import { inTurns, peerOf } from '../child-figures.ts';
import { type Measurement, median, overRounds } from '../measurement.ts';
import { writeTokenSet } from './token-set.ts';

const RUN = new URL('./hit-run.ts', import.meta.url);

/** Time of a check of a token that is known. */
export async function measureHit(rounds: number): Promise<Measurement[]> {
  await using tokens = await writeTokenSet(0);
  const measured = await inTurns(RUN, ['own', 'memo', 'peer'], rounds, [tokens.file]);
  const micros = (arm: 'own' | 'memo' | 'peer'): number[] => measured.map((round) => round[arm] / 1e3);
  return [
    { ...overRounds('auth.hit', micros('own')), peer: peerOf('fast-jwt', median(micros('peer'))) },
    overRounds('auth.hit.memo', micros('memo')),
  ];
}
