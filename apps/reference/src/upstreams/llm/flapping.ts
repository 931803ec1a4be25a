import { createRandom } from 'millrace/core';

/** How a flapping provider refuses: it says that it is overloaded, or it hangs up before a byte. */
export type Failure = 'overloaded' | 'reset';

export interface FlappingOptions {
  readonly seed: number;
  /** Mean number of calls that it serves in a row; at least 1. */
  readonly upCalls: number;
  /** Mean number of calls that it then fails in a row; 0: it never fails. */
  readonly downCalls: number;
}

/**
 * What becomes of the next call of a provider that comes and goes: undefined while it is up. It goes by calls, not by
 * time, so that a seed replays it. The length of each run is uniform from 1 to twice the mean less 1.
 */
export function createFlapping({ seed, upCalls, downCalls }: FlappingOptions): () => Failure | undefined {
  const random = createRandom(seed).fork('flapping');
  const runOf = (mean: number): number => 1 + random.int(2 * mean - 1);
  let up = true;
  let left = runOf(upCalls);
  return () => {
    if (downCalls === 0) return undefined;
    if (left === 0) {
      up = !up;
      left = runOf(up ? upCalls : downCalls);
    }
    left--;
    if (up) return undefined;
    return random.int(2) === 0 ? 'overloaded' : 'reset';
  };
}
