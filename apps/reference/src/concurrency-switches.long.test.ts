import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { hash } from '@node-rs/bcrypt';
import { systemClock } from 'millrace/core';
import { createPasswordsInOneThread } from './baseline/index.ts';
import { Counters } from './counters.ts';
import { createPasswordsInThreads } from './optimised/index.ts';
import type { Passwords } from './ports/index.ts';
import { startTrial, type Trial, trialCallers } from './trial.ts';

const { whale } = trialCallers();
const FIGURES = { requests: 1, tokens: 2, costUsd: 0.5 };
const STATISTICS = JSON.stringify({ total: FIGURES, today: FIGURES });
const TOKEN = JSON.stringify({ token: 'a.b', expiresInS: 86_400 });

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

/** A key service that answers when as many ask at once as it waits for. */
async function gatheringCrs(wanted: number) {
  const waiting: ServerResponse[] = [];
  const seen = { atOnce: 0 };
  const server = createServer((request, response) => {
    if (request.url === '/admin/login') return void response.end(TOKEN);
    waiting.push(response);
    seen.atOnce = Math.max(seen.atOnce, waiting.length);
    if (waiting.length === wanted) for (const ready of waiting.splice(0)) ready.end(STATISTICS);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('[REF-29] upstream.serial: five keys are compared by a call after the other, or by five at once', async () => {
  for (const [switches, wanted] of [
    ['upstream.serial', 1],
    ['optimised', 5],
  ] as const) {
    using crs = await gatheringCrs(wanted);
    await using service = await trial.open(switches, { env: { CRS_URL: crs.url } });
    const answer = await service.app.inject({ url: '/api/v1/stats/compare?keyIds=1,6,11,16,21', headers: whale });
    assert.equal(answer.json().failed, 0, answer.body);
    assert.deepEqual([crs.seen.atOnce, service.counters.get('upstreamCalls')], [wanted, 6]);
  }
});

test('[REF-27] auth.hash-pool-1: whoever comes waits, however many, or is refused past a bound', async () => {
  const encoded = await hash('a password', { cost: 4 });
  const burst = async (passwords: Passwords): Promise<{ served: number; refused: number }> => {
    const answers = await Promise.allSettled(Array.from({ length: 200 }, () => passwords.check('a password', encoded)));
    await passwords.close();
    const served = answers.filter((answer) => answer.status === 'fulfilled' && answer.value.matches).length;
    return { served, refused: answers.filter((answer) => answer.status === 'rejected').length };
  };
  const counters = new Counters();
  assert.deepEqual(await burst(createPasswordsInOneThread(counters)), { served: 200, refused: 0 });
  assert.deepEqual([counters.get('queuedHashes'), counters.get('pooledHashes')], [200, 0]);
  const gate = { threads: 1, maxQueue: 16, deadlineMs: 2_000, niceness: 0, clock: systemClock };
  const { served, refused } = await burst(createPasswordsInThreads('bcrypt', gate, counters));
  assert.equal(served + refused, 200);
  assert.ok(refused >= 180, `${refused} refused`);
});

test('[REF-27] auth.hash-pool-1: a login costs a hash of the queue, and a wrong password one too', async () => {
  await using service = await trial.open('auth.hash-pool-1');
  for (const [password, status] of [
    ['reference-trader-1', 200],
    ['another', 401],
  ] as const) {
    const payload = { username: 'trader0001', password };
    const answer = await service.app.inject({ method: 'POST', url: '/api/v1/auth/token', payload });
    assert.equal(answer.statusCode, status, answer.body);
  }
  assert.deepEqual([service.counters.get('queuedHashes'), service.counters.get('synchronousHashes')], [2, 0]);
});
