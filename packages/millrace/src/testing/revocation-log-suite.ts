import { suite, test } from 'node:test';
import type { RevocationLog } from '../auth/index.ts';
import { REVOCATION_LOG_CASES } from './revocation-log-cases.ts';

/** What {@link revocationLogSuite} is given. */
export interface RevocationLogSuiteOptions {
  /** What the suite is called. */
  readonly name: string;
  /** Makes a log that is empty, and a second way to it as another process would have. `close` is called after the test. */
  readonly open: () => Promise<{
    readonly logs: readonly [RevocationLog, RevocationLog];
    readonly close?: () => Promise<void>;
  }>;
}

/**
 * Registers the tests that every {@link RevocationLog} must pass, as a suite of `node:test`: what it promises while nothing
 * fails. What it does when its server loses things, only its author can test.
 * @example
 * revocationLogSuite({ name: 'our log', open: async () => ({ logs: [createOurLog(url), createOurLog(url)] }) });
 */
export function revocationLogSuite({ name, open }: RevocationLogSuiteOptions): void {
  suite(`RevocationLog: ${name}`, () => {
    for (const [what, run] of Object.entries(REVOCATION_LOG_CASES)) {
      test(what, async (t) => {
        const { logs, close } = await open();
        t.after(() => close?.());
        await run(...logs);
      });
    }
  });
}
