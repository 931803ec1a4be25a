import { randomBytes } from 'node:crypto';
import { suite, type TestContext, test } from 'node:test';
import type { LogSource, SharedStore, SharedTier } from '../cache/index.ts';
import { systemClock } from '../core/index.ts';
import { LOG_CASES } from './log-source-cases.ts';
import { STORE_CASES } from './shared-store-cases.ts';

/** What {@link sharedTierSuite} is given. */
export interface SharedTierSuiteOptions {
  /** What the suite is called. */
  readonly name: string;
  /**
   * Makes a tier, as a process of its own would: all that are made in one test share one server. `close` is called after
   * the test, when every store and log has been closed. Tests wait for several times `renewMs`, so let that be short.
   */
  readonly open: () => Promise<{ readonly tier: SharedTier; readonly close?: () => Promise<void> }>;
}

/**
 * Registers the tests that every {@link SharedTier} must pass, as a suite of `node:test`: what its store and its log
 * promise while nothing fails. Each test has a namespace of its own. What a tier does when its server loses things, only
 * its author can test.
 * @example
 * sharedTierSuite({ name: 'our tier', open: async () => ({ tier: createOurTier(url) }) });
 */
export function sharedTierSuite(options: SharedTierSuiteOptions): void {
  suite(`SharedTier: ${options.name}`, () => {
    for (const [name, run] of Object.entries(STORE_CASES)) {
      test(`store: ${name}`, async (t) => {
        const namespace = newNamespace();
        const [a, b, c] = await openAll(t, options, [namespace, namespace, namespace]);
        await run(a.store, b.store, c.store, a.tier.renewMs);
      });
    }
    for (const [name, run] of Object.entries(LOG_CASES)) {
      test(`log: ${name}`, async (t) => {
        const namespace = newNamespace();
        const [a, b, other] = await openAll(t, options, [namespace, namespace, newNamespace()]);
        await run(a.log, b.log, other.log);
      });
    }
  });
}

interface Opened {
  readonly tier: SharedTier;
  readonly store: SharedStore;
  readonly log: LogSource;
}

async function openAll(
  t: TestContext,
  { open }: SharedTierSuiteOptions,
  namespaces: readonly [string, string, string],
): Promise<readonly [Opened, Opened, Opened]> {
  const openOne = async (namespace: string): Promise<Opened> => {
    const { tier, close } = await open();
    const { store, log } = tier.open({ namespace, clock: systemClock });
    t.after(async () => {
      await log.close();
      await store.close();
      await close?.();
    });
    return { tier, store, log };
  };
  const [a, b, c] = namespaces;
  return [await openOne(a), await openOne(b), await openOne(c)];
}

function newNamespace(): string {
  return `millrace-suite-${randomBytes(6).toString('hex')}`;
}
