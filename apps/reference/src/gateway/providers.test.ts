import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import { Providers } from './providers.ts';

test('[GW-2] each model has a provider of its own first, and all the others behind it', () => {
  const providers = new Providers(createFakeClock(), 10);
  assert.deepEqual(providers.orderFor('swift-1'), ['fast', 'mid', 'slow']);
  assert.deepEqual(providers.orderFor('steady-1'), ['mid', 'fast', 'slow']);
  assert.deepEqual(providers.orderFor('deep-1'), ['slow', 'mid', 'fast']);
});

test('[GW-3] three failures in a row put a provider last, until it is served again or two seconds are over', async () => {
  const clock = createFakeClock();
  const providers = new Providers(clock, 10);
  const first = (): string | undefined => providers.orderFor('swift-1')[0];
  providers.failed('fast');
  providers.failed('fast');
  assert.equal(first(), 'fast');
  providers.failed('fast');
  assert.deepEqual(providers.orderFor('swift-1'), ['mid', 'slow', 'fast']);
  const state = providers.states()[0];
  assert.deepEqual([state?.status, state?.failures, state?.consecutiveFailures], ['failing', 3, 3]);
  assert.equal(state?.lastFailureAt, new Date(clock.wallNow()).toISOString());
  await clock.advance(2_001);
  assert.equal(first(), 'fast');
  providers.failed('fast');
  assert.equal(first(), 'mid');
  providers.served('fast');
  assert.equal(first(), 'fast');
  assert.equal(providers.states()[0]?.status, 'up');
});

test('[GW-4] a provider with as many calls as it may have is not asked', () => {
  const providers = new Providers(createFakeClock(), 2);
  for (let i = 0; i < 2; i++) providers.begin('fast');
  assert.deepEqual(providers.orderFor('swift-1'), ['mid', 'slow']);
  providers.end('fast');
  assert.equal(providers.orderFor('swift-1')[0], 'fast');
});
