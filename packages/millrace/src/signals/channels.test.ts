import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Channel } from './channel.ts';
import { CHANNELS } from './channels.ts';
import * as door from './index.ts';

function isChannel(value: unknown): value is Channel<unknown> {
  return typeof value === 'object' && value !== null && 'hasSubscribers' in value;
}

test('[SIGNALS-5] each channel stands under its own name, which reads millrace.<area>.<event>', () => {
  for (const [name, channel] of Object.entries(CHANNELS)) {
    assert.equal(channel.name, name);
    assert.match(name, /^millrace\.[a-z]+\.[a-z-]+$/);
  }
  assert.ok(Object.isFrozen(CHANNELS));
});

test('[SIGNALS-5] the list holds every channel that the folder exports', () => {
  const exported = Object.values<unknown>(door)
    .filter(isChannel)
    .map(({ name }) => name);
  assert.deepEqual(exported.sort(), Object.keys(CHANNELS).sort());
});
