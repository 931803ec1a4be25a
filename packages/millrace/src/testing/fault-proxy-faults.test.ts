import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { aMoment, dial, type Peer, startEcho, startPeer, until, type Witness } from './fault-proxy.test.peers.ts';
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts';
import type { Faults } from './faults.ts';

interface Scene extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly proxy: FaultProxy;
  readonly client: Witness;
  /** The target's end of the client's connection. */
  readonly server: Witness;
}

/** A client that is joined to a silent target, in virtual time. */
async function connected(faults: Faults = {}, options: { seed?: number } = {}): Promise<Scene> {
  const clock = createFakeClock();
  const target: Peer = await startPeer();
  const proxy = await createFaultProxy({ target: target.address, clock, faults, ...options });
  const client = dial(proxy.address);
  await until('the target has it', () => target.witnesses.length === 1);
  const end = async (): Promise<void> => {
    client[Symbol.dispose]();
    await proxy.close();
    assert.equal(clock.pendingTimers, 0);
    await target[Symbol.asyncDispose]();
  };
  return { clock, proxy, client, server: target.witnesses[0] as Witness, [Symbol.asyncDispose]: end };
}

/** Writes, and waits until the proxy has read it. */
async function send({ socket }: Witness, text: string, proxy: FaultProxy): Promise<void> {
  const before = proxy.stats().bytesBuffered;
  socket.write(text);
  await until('the proxy has it', () => proxy.stats().bytesBuffered === before + text.length);
}

test('[TESTING-8] latency delays bytes and the end by just that much', async () => {
  await using scene = await connected({ latencyMs: 100 });
  const { clock, proxy, client, server } = scene;
  await send(client, 'one', proxy);
  await clock.advance(40);
  await send(client, 'two', proxy);
  client.socket.end();
  await aMoment();
  await clock.advance(59);
  await aMoment();
  assert.equal(server.text, '');
  await clock.advance(1);
  await until('the first is there', () => server.text === 'one');
  await clock.advance(39);
  await aMoment();
  assert.equal(server.text, 'one');
  await clock.advance(1);
  await until('all is there', () => server.text === 'onetwo' && server.ended);
});

test('[TESTING-8] jitter keeps the order and replays from the seed', async () => {
  const arrivals = async (seed: number): Promise<string[]> => {
    await using scene = await connected({ latencyMs: 10, up: { latencyMs: 10, jitterMs: 50 } }, { seed });
    const { clock, proxy, client, server } = scene;
    for (const letter of 'abcdef') await send(client, letter, proxy);
    const seen: string[] = [];
    for (let ms = 1; ms <= 60; ms++) {
      await clock.advance(1);
      const { bytesUp } = proxy.stats();
      if (bytesUp > seen.length) for (let n = seen.length; n < bytesUp; n++) seen.push(`${ms}`);
    }
    await until('all is there', () => server.text === 'abcdef');
    return seen;
  };
  const first = await arrivals(7);
  assert.equal(first.length, 6);
  assert.ok(Number(first[0]) >= 10 && Number(first[5]) > Number(first[0]), String(first));
  assert.deepEqual(await arrivals(7), first);
  assert.notDeepEqual(await arrivals(8), first);
});

test('[TESTING-9] bandwidth bounds what passes in a second', async () => {
  await using scene = await connected({ up: { bandwidthBytesPerS: 1_000 } });
  const { clock, proxy, client, server } = scene;
  client.socket.end('x'.repeat(1_000));
  await until('the proxy has it', () => proxy.stats().bytesBuffered > 0);
  for (let ms = 0; ms < 1_000; ms += 100) {
    assert.ok(proxy.stats().bytesUp <= ms + 20, `${proxy.stats().bytesUp} bytes after ${ms} ms`);
    assert.equal(server.ended, false);
    for (let step = 0; step < 5; step++) await clock.advance(20);
  }
  await until('all is there', () => server.text.length === 1_000 && server.ended);
});

test('[TESTING-9] slices bound the size of each arrival and pause after it', async () => {
  await using scene = await connected({ slice: { maxBytes: 4, delayMs: 10 } });
  const { clock, proxy, client, server } = scene;
  client.socket.write('0123456789');
  for (const sum of [4, 8, 10]) {
    await until('a slice is there', () => server.text.length === sum);
    await aMoment();
    assert.equal(proxy.stats().bytesUp, sum);
    await clock.advance(10);
  }
  assert.deepEqual(server.chunks.map(String), ['0123', '4567', '89']);
});

test('[TESTING-10] a reset at once hits both sides of an open connection', async () => {
  await using scene = await connected();
  scene.proxy.set({ resetAfterMs: 0 });
  await until('both are reset', () => scene.client.error === 'ECONNRESET' && scene.server.error === 'ECONNRESET');
  assert.equal(scene.proxy.stats().resets, 1);
});

test('[TESTING-10] a reset that is due later comes just then, and not when it was cleared', async () => {
  await using scene = await connected();
  const { clock, proxy, client } = scene;
  proxy.set({ resetAfterMs: 50 });
  await clock.advance(49);
  proxy.clear();
  await clock.advance(1_000);
  await aMoment();
  assert.equal(client.closed, false);
  proxy.set({ resetAfterMs: 50 });
  await clock.advance(50);
  await until('it is reset', () => client.error === 'ECONNRESET');
});

test('[TESTING-10] a new connection is reset so long after its accept', async () => {
  await using echo = await startEcho();
  await using proxy = await createFaultProxy({ target: echo.address, faults: { resetAfterMs: 0 } });
  using client = dial(proxy.address);
  await until('it was reset', () => client.error === 'ECONNRESET');
});

test('[TESTING-10] a reset in one direction: the other peer sees the end', async () => {
  await using scene = await connected();
  scene.proxy.set({ down: { resetAfterMs: 0 } });
  await until('the client is reset', () => scene.client.error === 'ECONNRESET');
  await until('the target sees the end', () => scene.server.ended);
  assert.equal(scene.server.error, undefined);
});

test('[TESTING-10] resetAll resets open connections; new ones work', async () => {
  await using echo = await startEcho();
  await using proxy = await createFaultProxy({ target: echo.address });
  using first = dial(proxy.address);
  first.socket.write('x');
  await until('it works', () => first.text === 'x');
  proxy.resetAll();
  await until('it was reset', () => first.error === 'ECONNRESET');
  using second = dial(proxy.address);
  second.socket.write('y');
  await until('it works', () => second.text === 'y');
});

test('[TESTING-11] half-open swallows bytes, ends and resets until it is lifted', async () => {
  await using scene = await connected({ halfOpen: true });
  const { proxy, client, server } = scene;
  client.socket.write('lost');
  server.socket.write('lost too');
  await until('it is swallowed', () => proxy.stats().bytesSwallowed === 12);
  client.socket.resetAndDestroy();
  await aMoment();
  assert.deepEqual([server.text, server.ended, server.closed, proxy.connections], ['', false, false, 1]);
  proxy.clear();
  await until('the reset is passed on', () => server.error === 'ECONNRESET');
  assert.equal(client.text, '');
});

test('[TESTING-11] after half-open new bytes pass, and an end that was swallowed', async () => {
  await using scene = await connected({ up: { halfOpen: true } });
  const { proxy, client, server } = scene;
  client.socket.write('lost');
  server.socket.write('heard');
  await until('one way works', () => client.text === 'heard' && proxy.stats().bytesSwallowed === 4);
  proxy.clear();
  client.socket.write('found');
  await until('the other too', () => server.text === 'found');
  proxy.set({ halfOpen: true });
  client.socket.end();
  await aMoment();
  assert.equal(server.ended, false);
  proxy.clear();
  await until('the end is passed on', () => server.ended);
});

test('[TESTING-12] a stall passes nothing and loses nothing', async () => {
  await using scene = await connected({ stall: true });
  const { clock, proxy, client, server } = scene;
  await send(client, 'kept', proxy);
  client.socket.end();
  await clock.advance(60_000);
  await aMoment();
  assert.deepEqual([server.text, server.ended, proxy.connections], ['', false, 1]);
  proxy.clear();
  await until('all is there', () => server.text === 'kept' && server.ended);
});

test('[TESTING-13] a drop by FIN lets just its bytes pass', async () => {
  await using scene = await connected({ up: { dropAfterBytes: 5, dropWith: 'fin' } });
  const { client, server, proxy } = scene;
  client.socket.write('0123456789');
  await until('the target saw the end', () => server.ended);
  assert.deepEqual([server.text, server.error, proxy.stats().bytesUp], ['01234', undefined, 5]);
  await until('the client lost it', () => client.ended || client.closed);
});

test('[TESTING-13] a drop by reset ends both sides, across chunks', async () => {
  await using scene = await connected({ down: { dropAfterBytes: 6 } });
  const { client, server, proxy } = scene;
  server.socket.write('0123');
  await until('the client has it', () => client.text === '0123');
  server.socket.write('4567');
  await until('both are reset', () => client.error === 'ECONNRESET' && server.error === 'ECONNRESET');
  assert.ok('012345'.startsWith(client.text), client.text);
  assert.deepEqual([proxy.stats().bytesDown, proxy.stats().resets], [6, 1]);
});

test('[TESTING-13] a drop after no byte ends the connection instead of the first', async () => {
  await using scene = await connected({ dropAfterBytes: 0 });
  await aMoment();
  assert.equal(scene.client.closed, false);
  scene.client.socket.write('x');
  await until('it is reset', () => scene.client.error === 'ECONNRESET');
  assert.equal(scene.server.text, '');
});

test('[TESTING-14] one byte arrives with other bits, the same ones for the same seed', async () => {
  const received: string[] = [];
  for (const seed of [1, 1, 2]) {
    await using scene = await connected({ up: { corruptByte: { at: 3 }, slice: { maxBytes: 2 } } }, { seed });
    scene.client.socket.write('0123456789');
    await until('all is there', () => scene.server.text.length === 10);
    const { text } = scene.server;
    assert.equal(text.slice(0, 3) + text.slice(4), '012456789');
    assert.equal(scene.proxy.stats().bytesCorrupted, 1);
    received.push(text);
  }
  assert.notEqual(received[0], '0123456789');
  assert.equal(received[0], received[1]);
  assert.notEqual(received[0], received[2]);
});

test('[TESTING-16] a change applies to what is under way', async () => {
  await using scene = await connected({ latencyMs: 1_000 });
  const { clock, proxy, client, server } = scene;
  await send(client, 'slow', proxy);
  proxy.set({ latencyMs: 10 });
  await clock.advance(10);
  await until('it is there', () => server.text === 'slow');
  proxy.set({ latencyMs: 1_000 });
  await send(client, ' and more', proxy);
  proxy.clear();
  await until('it is there', () => server.text === 'slow and more');
});

test('[TESTING-16] a fault in one direction wins over that for both', async () => {
  await using scene = await connected({ latencyMs: 50, down: { latencyMs: 0 } });
  const { clock, proxy, client, server } = scene;
  server.socket.write('now');
  await send(client, 'later', proxy).catch(() => {});
  await until('one way is free', () => client.text === 'now');
  assert.equal(server.text, '');
  await clock.advance(50);
  await until('the other is slow', () => server.text === 'later');
});

test('[TESTING-16] faults combine: late, in slices, corrupt, then dropped', async () => {
  const up = {
    slice: { maxBytes: 4, delayMs: 10 },
    corruptByte: { at: 0 },
    dropAfterBytes: 7,
    dropWith: 'fin',
  } as const;
  await using scene = await connected({ up, latencyMs: 20 });
  const { clock, proxy, client, server } = scene;
  await send(client, '0123456789', proxy);
  await clock.advance(19);
  assert.equal(proxy.stats().bytesUp, 0);
  await clock.advance(1);
  await until('the first slice is there', () => server.text.length === 4);
  await clock.advance(10);
  await until('the target saw the end', () => server.ended);
  assert.equal(server.text.slice(1), '123456');
  assert.notEqual(server.text[0], '0');
});
