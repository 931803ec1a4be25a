import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { createClient } from '@redis/client';
import type { RateRule } from 'millrace/ratelimit';

/** What one process is to ask. */
export interface Deciding {
  readonly url: string;
  readonly kind: 'leased' | 'shared';
  readonly name: string;
  readonly rule: RateRule;
  readonly decisions: number;
  readonly processes: number;
}

/** What came of it. */
export interface Told {
  readonly allowed: number;
  readonly tookMs: number;
}

/** What came of several processes. */
export interface Race {
  readonly allowed: number;
  /** By the clock of Redis, from before the first question to after the last. */
  readonly spanMs: number;
  /** Decisions a second of all together, while they ran. */
  readonly perSecond: number;
  /** Scripts that Redis was sent. */
  readonly scripts: number;
}

/** What a process says next; it rejects when the process ends first. */
async function said(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(child, 'exit', ended).then(([code, signal]) => {
    throw new Error(`the process ended (${code ?? signal}) before it said anything`);
  });
  try {
    return await Promise.race([once(child, 'message', ended).then(([message]: unknown[]) => message), exit]);
  } finally {
    ended.abort();
  }
}

/** Several processes ask about one key at once. */
export async function race(t: TestContext, wanted: Omit<Deciding, 'name'>): Promise<Race> {
  const asking = { ...wanted, name: `test-${randomBytes(6).toString('hex')}` };
  const client = await createClient({ url: asking.url }).connect();
  t.after(() => client.close());
  const children = Array.from({ length: asking.processes }, () =>
    fork(new URL('./deciding-process.ts', import.meta.url), [JSON.stringify(asking)]),
  );
  t.after(() => children.map((child) => child.kill()));
  for (const ready of await Promise.all(children.map(said))) assert.equal(ready, 'ready');
  const scripts = async (): Promise<number> => {
    const stats = await client.info('commandstats');
    return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
  };
  const nowMs = async (): Promise<number> => {
    const [seconds, micros] = (await client.sendCommand(['TIME'])) as [string, string];
    return Number(seconds) * 1_000 + Number(micros) / 1_000;
  };
  const [before, began] = [await scripts(), await nowMs()];
  for (const child of children) child.send('go');
  const told = (await Promise.all(children.map(said))) as Told[];
  const spanMs = (await nowMs()) - began;
  return {
    allowed: told.reduce((sum, { allowed }) => sum + allowed, 0),
    spanMs,
    perSecond: told.reduce((sum, { tookMs }) => sum + asking.decisions / (tookMs / 1_000), 0),
    scripts: (await scripts()) - before,
  };
}
