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

test('[REF-49] who joined a call half a second after its beginning asks again when it fails, all together and once', async () => {
  const clock = createFakeClock();
  const flights = createSharedFlights(clock);
  const calls: PromiseWithResolvers<string>[] = [];
  const ask = (): Promise<PromiseSettledResult<string>> => {
    const load = (): Promise<string> => {
      const call = Promise.withResolvers<string>();
      calls.push(call);
      return call.promise;
    };
    return Promise.allSettled([flights.run('key', load)]).then(([outcome]) => outcome);
  };
  const first = ask();
  await clock.advance(499);
  const early = ask();
  await clock.advance(1);
  const late = [ask(), ask()];
  calls[0]?.reject(new Error('silent'));
  for (const { status } of await Promise.all([first, early])) assert.equal(status, 'rejected');
  assert.equal(calls.length, 2);
  await clock.advance(500);
  const later = ask();
  calls[1]?.reject(new Error('silent still'));
  for (const { status } of await Promise.all(late)) assert.equal(status, 'rejected');
  assert.equal(calls.length, 3);
  calls[2]?.resolve('answer');
  assert.deepEqual(await later, { status: 'fulfilled', value: 'answer' });
});
