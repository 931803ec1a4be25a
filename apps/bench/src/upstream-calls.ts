import { createCallers } from '@millrace/reference/callers';
import { startTrial, TRIAL_SECRET, TRIAL_SEED } from '@millrace/reference/trial';
import type { Measurement } from './measurement.ts';

const READERS = 100;
const PAGES = ['/api/v1/stats/dashboard', '/api/v1/keys', '/api/v1/stats/trend?days=7'];

/** A hundred readers ask for one page at the same instant, on a cold cache; counted by the upstream itself. */
export async function measureUpstreamCalls(): Promise<Measurement> {
  await using trial = await startTrial();
  const { app } = await trial.open('optimised');
  const headers = createCallers({ profile: 'tiny', seed: TRIAL_SEED, tokenSecret: TRIAL_SECRET }).trader;
  for (const url of PAGES) {
    const answers = await Promise.all(Array.from({ length: READERS }, () => app.inject({ url, headers })));
    const failed = answers.find(({ statusCode }) => statusCode !== 200);
    if (failed !== undefined) throw new Error(`${url} answered ${failed.statusCode}: ${failed.body}`);
  }
  const { calls } = await trial.crs.counts();
  const perKey = Object.entries(calls).flatMap(([endpoint, keys]) =>
    endpoint === 'login' ? [] : Object.values(keys ?? {}),
  );
  return {
    goal: 'reference.upstream.calls',
    value: Math.max(...perKey),
    spread: [Math.min(...perKey), Math.max(...perKey)],
  };
}
