import { type Service, startTrial, trialCallers } from '@millrace/reference/trial';
import { createFakeClock } from 'millrace/testing';
import type { Measurement } from './measurement.ts';

const READERS = 100;
const PAGES = ['/api/v1/stats/dashboard', '/api/v1/keys', '/api/v1/stats/trend?days=7'];

const TTL_MS = 60_000;
const WINDOWS = 3;

/** Calls in one window by endpoint, then by key. */
type Calls = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A hundred readers ask for one page at the same instants, over several TTLs of virtual time; counted by the upstream itself. */
export async function measureUpstreamCalls(): Promise<Measurement> {
  await using trial = await startTrial();
  const clock = createFakeClock({ wallMs: Date.now() });
  const service = await trial.open('optimised', { clock });
  await readAll(service);
  const windows: Calls[] = [];
  for (let window = 0; window < WINDOWS; window++) {
    await trial.crs.reset();
    await clock.advance(TTL_MS);
    await readAll(service);
    await clock.advance(TTL_MS / 2);
    await readAll(service);
    await clock.advance(TTL_MS / 2);
    windows.push((await trial.crs.counts()).calls);
  }
  return mostCalls(windows);
}

/** The most calls that one key cost in one window. Logins are no answers. */
export function mostCalls(windows: readonly Calls[]): Measurement {
  const most = windows.map((calls) =>
    Math.max(...Object.entries(calls).flatMap(([name, keys]) => (name === 'login' ? [] : Object.values(keys)))),
  );
  const spread = [Math.min(...most), Math.max(...most)] as const;
  return { goal: 'reference.upstream.calls', value: spread[1], spread };
}

async function readAll({ app }: Service): Promise<void> {
  const headers = trialCallers().trader;
  for (const url of PAGES) {
    const answers = await Promise.all(Array.from({ length: READERS }, () => app.inject({ url, headers })));
    const failed = answers.find(({ statusCode }) => statusCode !== 200);
    if (failed !== undefined) throw new Error(`${url} answered ${failed.statusCode}: ${failed.body}`);
  }
}
