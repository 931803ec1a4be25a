import { test } from 'node:test';
import { createFakeClock, propertySeed } from '../../testing/index.ts';
import { concurrencyRaces } from './concurrency-race.test.model.ts';

test('[RATE-92] nor is one lost in ten thousand races', async () => {
  await concurrencyRaces(createFakeClock, { numRuns: 10_000, ...propertySeed() });
});
