import { type Clock, MillraceError, withTimeout } from 'millrace/core';
import { type AnswerMemory, type Flights, UPSTREAM_TIMEOUT_MS } from './ports/index.ts';
import { Problem } from './problem.ts';

/** How long past its time an answer may still be given when no newer one comes. */
const STALE_MS = 600_000;
/** Who has an old answer waits no longer than this for a newer one: healthy answers take less. */
const PATIENCE_MS = 2_000;
/** After a failure the old answer counts again for so long, so that not everybody waits for the next one. */
const RETRY_MS = 5_000;

interface Held<T> {
  readonly answer: T;
  goodUntil: number;
}

/** Reads by key: from memory while an answer counts, else by asking. */
export type ReadThrough = <T>(key: string, ttlMs: number, ask: () => Promise<T>) => Promise<T>;

/** What reading goes through. */
export interface ReadThroughParts {
  readonly memory: AnswerMemory;
  /** Decides whether those who find nothing wait for one call or each make their own. */
  readonly flights: Flights;
  readonly clock: Clock;
}

/**
 * Asks the key service for what `memory` does not hold. Failures are not kept; while they last, and while the key service
 * is slow, what it said before is given for some minutes. Without that, one question takes {@link UPSTREAM_TIMEOUT_MS} at most.
 */
export function createReadThrough({ memory, flights, clock }: ReadThroughParts): ReadThrough {
  const refresh = async <T>(key: string, ttlMs: number, ask: () => Promise<T>): Promise<T> => {
    const answer = await withTimeout(ask(), UPSTREAM_TIMEOUT_MS, { clock });
    const held: Held<T> = { answer, goodUntil: clock.now() + ttlMs };
    memory.set(key, held, { ttlMs: ttlMs + STALE_MS });
    return answer;
  };
  return async <T>(key: string, ttlMs: number, ask: () => Promise<T>): Promise<T> => {
    const held = memory.get<Held<T>>(key);
    if (held !== undefined && clock.now() < held.goodUntil) return held.answer;
    const fresh = flights.run(key, () => refresh(key, ttlMs, ask), { asksAgain: held === undefined });
    if (held === undefined) return fresh.catch(asProblem);
    try {
      return await withTimeout(fresh, PATIENCE_MS, { clock });
    } catch {
      held.goodUntil = clock.now() + RETRY_MS;
      return held.answer;
    }
  };
}

function asProblem(error: unknown): never {
  const isLate = error instanceof MillraceError && error.code === 'MILLRACE_CORE_DEADLINE_EXCEEDED';
  throw isLate ? new Problem(504, 'the key service did not answer in time') : error;
}
