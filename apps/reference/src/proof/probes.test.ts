import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, test } from 'node:test';
import type { ArmCounters, ProbeSpec } from '@millrace/load/prove';
import { Histogram } from 'millrace/core';
import { racesProbe } from './races-probe.ts';
import { revocationProbe } from './revocation-probe.ts';
import { staleReadProbe } from './stale-read-probe.ts';
import type { Trader } from './trader.ts';

/** A service of this test's own that remembers one list, and forgets tokens as late as it is told to. */
const sent = new Set<unknown>();
const service = { staleReads: 0, lateRefusals: 0, listed: [1], total: 1, tokens: new Set<string>(), broken: false };
let stale = 0;
let late = 0;
let baseUrl = '';
const server = createServer(async (request, response) => {
  const { status, body } = await answer(request);
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(body === undefined ? '' : JSON.stringify(body));
});

async function answer(request: IncomingMessage): Promise<{ status: number; body?: unknown }> {
  const text = (await request.setEncoding('utf8').toArray()).join('');
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  sent.add(request.headers['millrace-exemption']);
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (service.broken) return { status: 503, body: { title: 'no database' } };
  if (path === '/api/v1/auth/token') return logIn(JSON.parse(text) as { username: string });
  if (path === '/api/v1/auth/logout') return end((held) => held === token);
  if (path === '/api/v1/auth/me/password') return end((held) => held !== token);
  if (path === '/api/v1/auth/me') return service.tokens.has(token) || late-- > 0 ? { status: 200 } : { status: 401 };
  if (request.method === 'POST') return write();
  if (stale > 0) {
    stale -= 1;
    return { status: 200, body: { items: [{ id: 1 }], total: 1 } };
  }
  return { status: 200, body: { items: service.listed.map((id) => ({ id })), total: service.total } };
}

function logIn({ username }: { username: string }) {
  const token = `${username}-${service.tokens.size}`;
  service.tokens.add(token);
  return { status: 200, body: { access_token: token } };
}

function end(isEnded: (token: string) => boolean) {
  service.tokens = new Set([...service.tokens].filter((token) => !isEnded(token)));
  late = service.lateRefusals;
  return { status: 204 };
}

function write() {
  service.total += 1;
  service.listed.push(service.total);
  stale = service.staleReads;
  return { status: 201, body: { id: service.total } };
}

const trader = (userId: number): Trader => ({
  ...{ userId, username: `user ${userId}`, password: 'a password', token: 't' },
  ...{ strategyIds: [1], keyIds: [], projectIds: [] },
});
const runOnce = (probe: ProbeSpec, signal = new AbortController().signal): Promise<ArmCounters> =>
  probe.run({ baseUrl, seed: 1, durationMs: 0, signal });

beforeEach(async () => {
  Object.assign(service, { staleReads: 0, lateRefusals: 0, listed: [1], total: 1, tokens: new Set(), broken: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('[PROOF-5] a service that shows each write at once has no stale read', async () => {
  const { counters } = await runOnce(staleReadProbe(trader(1)));
  assert.deepEqual(counters, { staleReads: 0, readsAfterWrite: 4 });
});

test('[PROOF-5] each read that shows the state before a write is counted, until the write is seen', async () => {
  service.staleReads = 3;
  const { counters } = await runOnce(staleReadProbe(trader(1)));
  assert.deepEqual(counters, { staleReads: 6, readsAfterWrite: 10 });
});

test('[PROOF-6] tokens that end at once are accepted by nobody', async () => {
  const { counters } = await runOnce(revocationProbe([trader(1), trader(2)]));
  assert.deepEqual([counters.revocations, counters.acceptedAfterRevocation], [2, 0]);
  assert.ok((counters.revocationDelayUs ?? 0) > 0);
});

test('[PROOF-6] each request that an ended token still passes with is counted', async () => {
  service.lateRefusals = 2;
  const { counters } = await runOnce(revocationProbe([trader(1), trader(2)]));
  assert.deepEqual([counters.revocations, counters.acceptedAfterRevocation], [2, 4]);
});

test('[PROOF-7] an answer that a probe cannot go on from is an error that says so', async () => {
  service.broken = true;
  await assert.rejects(runOnce(staleReadProbe(trader(1))), /strategies.*503 instead of 200.*no database/);
  await assert.rejects(runOnce(revocationProbe([trader(1), trader(2)])), /logging in: 503 instead of 200/);
});

test('[PROOF-7] a stop leaves what was counted', async () => {
  const { counters } = await runOnce(staleReadProbe(trader(1)), AbortSignal.abort());
  assert.deepEqual(counters, { staleReads: 0, readsAfterWrite: 0 });
});

test('[PROOF-18] probes send the exemption of their users with every request', async () => {
  sent.clear();
  const exempted = (userId: number): Trader => ({ ...trader(userId), exemption: 'signed' });
  await runOnce(staleReadProbe(exempted(1)));
  await runOnce(revocationProbe([exempted(1), exempted(2)]));
  assert.deepEqual([...sent], ['signed']);
});

test('[PROOF-19] what two instances accept of ended sessions is counted, apart for each', async () => {
  service.lateRefusals = 2;
  const startSibling = async () => ({ baseUrl, [Symbol.asyncDispose]: async () => {} });
  const { counters, histograms } = await runOnce(racesProbe([trader(1), trader(2)], startSibling));
  assert.equal(counters.races, 2);
  assert.equal((counters.acceptedHere ?? 0) + (counters.acceptedThere ?? 0), 4);
  assert.deepEqual([counters.acceptedAgain, counters.keptSessions, counters.keptRefused], [0, 2, 0]);
  assert.equal(Histogram.from(histograms.refusedThereUs as never).count, 2);
});
