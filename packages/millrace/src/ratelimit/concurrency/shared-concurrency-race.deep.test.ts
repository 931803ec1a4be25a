import { test } from 'node:test';
import { createFakeClock, propertySeed } from '../../testing/index.ts';
import { sharedConcurrencyRaces } from './shared-concurrency-race.test.model.ts';

test('[RATE-96] nor is more held than the limit in five thousand races', async () => {
  await sharedConcurrencyRaces(createFakeClock, { numRuns: 5_000, ...propertySeed() });
});
