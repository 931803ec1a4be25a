import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { createSharedFlights } from './flights.ts';

const never = (): Promise<never> => new Promise(() => {});

test('a call that does not end is given up by the clock of the service', async () => {
  const clock = createFakeClock();
  const waiting = assert.rejects(createSharedFlights(clock).run('key', never), {
    code: 'MILLRACE_CORE_DEADLINE_EXCEEDED',
  });
  await clock.advance(30_000);
  await waiting;
});

test('the end of the service is the end of all who wait', async () => {
  const flights = createSharedFlights(createFakeClock());
  const waiting = assert.rejects(flights.run('key', never), { code: 'MILLRACE_CORE_CLOSED' });
  flights.close();
  await waiting;
});
