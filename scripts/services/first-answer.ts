import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICE_ERRORS } from './errors.ts';
import type { GuardedService } from './guard.ts';

/** What is asked of which service. */
export interface Question<T> {
  readonly service: string;
  readonly ask: () => Promise<T>;
  readonly pollMs: number;
}

/**
 * Asks a service that was started until it answers. Gives up with the last refusal.
 * @throws MILLRACE_SERVICES_START_FAILED with the end of its log, when it has ended
 */
export async function firstAnswer<T>(
  running: GuardedService,
  { service, ask, pollMs }: Question<T>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    if (running.ended) {
      const context = { service, reason: await running.logTail() };
      throw SERVICE_ERRORS.create('MILLRACE_SERVICES_START_FAILED', context);
    }
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) throw error;
      await sleep(pollMs);
    }
  }
}
