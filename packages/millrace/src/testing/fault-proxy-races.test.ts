import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Clock, systemClock } from '../core/index.ts';
import { createFakeClock } from './fake-clock.ts';
import { resetSocket } from './fault-connection.ts';
import { aMoment, dial, socketFolder, startEcho, startPeer, until } from './fault-proxy.test.peers.ts';
import { createFaultProxy } from './fault-proxy.ts';
import type { Faults } from './faults.ts';
import { propertySeed } from './property-seed.ts';

const KIB = 1_024;
const CHUNK_BYTES = 16 * KIB;
/** What may have been read past `maxBufferedBytes`, as its option says. */
const READ_AHEAD_BYTES = 192 * KIB;
/** The kernel's room in four Unix-socket buffers, generously. */
const KERNEL_BYTES = 2_048 * KIB;

for (const direction of ['up', 'down'] as const) {
  test(`[TESTING-17] a reader that does not read stops the sender, ${direction}`, async () => {
    using folder = socketFolder();
    await using target = await startPeer(() => {}, { path: folder.path('target') });
    const maxBufferedBytes = 256 * KIB;
    const listen = { path: folder.path('proxy') };
    await using proxy = await createFaultProxy({ target: target.address, listen, maxBufferedBytes });
    using client = dial(proxy.address);
    await until('it is through', () => target.witnesses.length === 1);
    const server = target.witnesses[0]?.socket ?? client.socket;
    const [sender, reader] = direction === 'up' ? [client.socket, server] : [server, client.socket];
    reader.pause();
    let taken = 0;
    const total = 1_024;
    for (let i = 0; i < total; i++) {
      sender.write(Buffer.alloc(CHUNK_BYTES, i), (error) => {
        if (!error) taken += CHUNK_BYTES;
      });
    }
    await until('the proxy is full', () => proxy.stats().bytesBuffered >= maxBufferedBytes);
    await aMoment();
    assert.ok(proxy.stats().bytesBuffered <= maxBufferedBytes + READ_AHEAD_BYTES, `${proxy.stats().bytesBuffered}`);
    assert.ok(taken <= maxBufferedBytes + READ_AHEAD_BYTES + KERNEL_BYTES, `${taken} bytes left the sender`);
    let received = 0;
    reader.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    reader.resume();
    await until('all is there', () => received === total * CHUNK_BYTES);
  });
}

test('[TESTING-17] a sender that is reset does not wait for a reader that does not read', async () => {
  using folder = socketFolder();
  await using target = await startPeer((socket) => socket.pause(), { path: folder.path('target') });
  await using proxy = await createFaultProxy({ target: target.address });
  using client = dial(proxy.address);
  const sent = 700 * KIB;
  client.socket.write(Buffer.alloc(sent));
  await until('the proxy has it', () => proxy.stats().bytesUp + proxy.stats().bytesBuffered === sent);
  assert.ok(proxy.stats().bytesBuffered > 0);
  client.socket.resetAndDestroy();
  await until('it is gone', () => proxy.connections === 0);
  assert.equal(proxy.stats().bytesBuffered, 0);
});

test('[TESTING-18] close ends what is stalled, delayed, half-open or connecting', async () => {
  const kinds: Faults[] = [{}, { stall: true }, { latencyMs: 60_000 }, { halfOpen: true }, { resetAfterMs: 60_000 }];
  for (const faults of kinds) {
    await using echo = await startEcho();
    const clock = createFakeClock();
    const proxy = await createFaultProxy({ target: echo.address, clock, faults });
    using open = dial(proxy.address);
    open.socket.write('x');
    await until('it is through', () => echo.witnesses.length === 1);
    using fresh = dial(proxy.address);
    await until('it is accepted', () => proxy.stats().accepted === 2);
    await Promise.all([proxy.close(), proxy.close()]);
    assert.deepEqual([proxy.connections, clock.pendingTimers], [0, 0]);
    await until('both are over', () => (open.ended || open.closed) && (fresh.ended || fresh.closed));
    proxy.set({ latencyMs: 1 });
    proxy.resetAll();
    using late = dial(proxy.address);
    await until('nobody listens', () => late.error === 'ECONNREFUSED');
  }
});

test('[TESTING-15] a target that does not answer in time is given up', async () => {
  await using target = await startEcho();
  // The time is over before the first event of the socket.
  const hasty: Clock = {
    ...systemClock,
    schedule(_delayMs, fire) {
      queueMicrotask(fire);
      return { cancel: () => {} };
    },
  };
  await using proxy = await createFaultProxy({ target: target.address, clock: hasty, connectTimeoutMs: 100 });
  using client = dial(proxy.address);
  await until('it was reset', () => client.error === 'ECONNRESET');
  assert.equal(proxy.stats().failed, 1);
});

test('[TESTING-15] the time to connect is over when it is connected', async () => {
  await using target = await startPeer();
  const clock = createFakeClock();
  await using proxy = await createFaultProxy({ target: target.address, clock, connectTimeoutMs: 100 });
  using client = dial(proxy.address);
  client.socket.write('here');
  await until('it is through', () => target.witnesses[0]?.text === 'here');
  await clock.advance(1_000);
  client.socket.write(' still');
  await until('it still is', () => target.witnesses[0]?.text === 'here still');
});

test('[TESTING-18] the target goes away in the middle of a transfer, and comes back', async () => {
  const target = await startPeer((socket) => socket.write(Buffer.alloc(512 * KIB)));
  await using proxy = await createFaultProxy({ target: target.address });
  using client = dial(proxy.address);
  await until('it flows', () => client.chunks.length > 0);
  await target[Symbol.asyncDispose]();
  await until('the client saw it', () => client.ended || client.closed);
  using refused = dial(proxy.address);
  await until('it was reset', () => refused.error === 'ECONNRESET');
  await using _back = await startEcho(target.address);
  using again = dial(proxy.address);
  again.socket.write('x');
  await until('it works', () => again.text === 'x');
});

test('[TESTING-18] the client goes away in the middle of a transfer', async () => {
  await using target = await startPeer((socket) => socket.write(Buffer.alloc(4_096 * KIB)));
  await using proxy = await createFaultProxy({ target: target.address });
  const client = dial(proxy.address);
  await until('it flows', () => client.chunks.length > 0);
  client.socket.destroy();
  await until('the target saw it', () => target.witnesses[0]?.closed === true || target.witnesses[0]?.ended === true);
  target.witnesses[0]?.socket.destroy();
  await until('it is gone', () => proxy.connections === 0);
  assert.equal(proxy.stats().bytesBuffered, 0);
});

const direction = fc.record(
  {
    latencyMs: fc.nat(3),
    jitterMs: fc.nat(3),
    bandwidthBytesPerS: fc.integer({ min: 100_000, max: 1_000_000 }),
    slice: fc.record({ maxBytes: fc.integer({ min: 1, max: 500 }), delayMs: fc.nat(1) }),
    resetAfterMs: fc.nat(5),
    halfOpen: fc.boolean(),
    stall: fc.boolean(),
    dropAfterBytes: fc.nat(2_000),
    dropWith: fc.constantFrom('reset', 'fin'),
    corruptByte: fc.oneof(fc.record({ at: fc.nat(100) }), fc.record({ probability: fc.constantFrom(0.01, 1) })),
  },
  { requiredKeys: [] },
);

test('[TESTING-16, TESTING-18] whatever is set, in whatever order, close finds nothing left and nothing throws', async () => {
  await using echo = await startEcho();
  const faults = fc.record({ up: direction, down: direction, refuse: fc.boolean() }, { requiredKeys: [] });
  const steps = fc.array(fc.oneof(faults, fc.constantFrom('dial', 'write', 'end', 'kill', 'turn')), { maxLength: 15 });
  const property = fc.asyncProperty(steps, async (list) => {
    const proxy = await createFaultProxy({ target: echo.address, maxBufferedBytes: 1_000 });
    const clients = [dial(proxy.address)];
    for (const step of list) {
      const last = clients.at(-1)?.socket;
      if (typeof step === 'object') proxy.set(step as Faults);
      else if (step === 'dial') clients.push(dial(proxy.address));
      else if (step === 'write') last?.writable && last.write(Buffer.alloc(3_000));
      else if (step === 'end') last?.end();
      else if (step === 'kill') last && resetSocket(last);
      else await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await proxy.close();
    assert.deepEqual([proxy.connections, proxy.stats().bytesBuffered], [0, 0]);
    for (const client of clients) client.socket.destroy();
  });
  await fc.assert(property, { ...propertySeed(), numRuns: 30 });
});
