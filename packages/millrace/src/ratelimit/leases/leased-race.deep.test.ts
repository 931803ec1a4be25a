import { test } from 'node:test';
import { createFakeClock, propertySeed } from '../../testing/index.ts';
import { leasedRaces } from './leased-race.test.model.ts';

test('[RATE-70] nor in five thousand cases', async () => {
  await leasedRaces(createFakeClock, { numRuns: 5_000, ...propertySeed() });
});
