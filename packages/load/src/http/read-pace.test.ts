import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import type { RequestSpec } from '../scenario/index.ts';
import { makeCertificate } from '../testing/index.ts';
import { openPool } from './pool-client.test.ts';
import { createReadBuffer, ReadPace } from './read-pace.ts';
import { respond, type ScriptedRequest, startScripted } from './scripted-server.test.ts';
import { SecureEndpoint } from './secure-endpoint.ts';

const GET: RequestSpec = { method: 'GET', path: '/' };
const IDENTITY = makeCertificate('load.test');

test('[LOAD-153] a slow reader takes small reads, another one large ones', () => {
  const lengths = [undefined, 1_000_000_000, 2_000, 15, 1].map((rate) => createReadBuffer(rate).length);
  assert.deepEqual(lengths, [65_536, 65_536, 200, 2, 1]);
});

test('[LOAD-153] after a read the next one waits until that much would have come', async () => {
  const clock = createFakeClock();
  const resumed: number[] = [];
  const pace = new ReadPace(1_000, clock, () => resumed.push(clock.now()));
  assert.equal(pace.took(200), false);
  await clock.advance(199);
  assert.deepEqual(resumed, []);
  await clock.advance(1);
  assert.deepEqual(resumed, [200]);
  // What comes although it rests is waited for as well; one resumption for all.
  assert.deepEqual([pace.took(50), pace.took(30)], [false, false]);
  await clock.advance(200);
  assert.deepEqual(resumed, [200, 280]);
});

test('[LOAD-153] reads too small for a timer add up, and none is waited for after the end', async () => {
  const clock = createFakeClock();
  let resumed = 0;
  const pace = new ReadPace(10_000, clock, () => resumed++);
  assert.deepEqual([pace.took(6), pace.took(6)], [true, false]);
  pace.stop();
  assert.equal(clock.pendingTimers, 0);
  await clock.advance(10);
  assert.equal(resumed, 0);
});

for (const [name, tls] of [
  ['TCP', undefined],
  ['TLS', IDENTITY],
] as const) {
  test(`[LOAD-153] over ${name} an answer is read no faster than allowed, whole`, async () => {
    const body = 'x'.repeat(200_000);
    const answer = ({ socket }: ScriptedRequest): void => void socket.write(respond(body));
    await using server = await startScripted(answer, tls && { tls });
    const secure = tls && new SecureEndpoint('load.test', { ca: tls.cert });
    using client = openPool(server.port, { readBytesPerSecond: 1_000_000, ...(secure && { secure }) });
    for (let turn = 0; turn < 2; turn++) {
      const ending = await client.send(GET);
      assert.ok(ending.kind === 'answer' && ending.body === body, ending.kind);
      // All but what was read last, 64 KiB at most, has taken its time.
      assert.ok(ending.ms >= 130, `${ending.ms}`);
    }
    assert.equal(client.pool.opened, 1);
  });
}

test('[LOAD-153] the service has to wait for a slow reader', async () => {
  const written = Promise.withResolvers<ScriptedRequest['socket']>();
  const answer = ({ socket }: ScriptedRequest): void => {
    socket.write(respond('x'.repeat(64 * 2 ** 20)));
    written.resolve(socket);
  };
  await using server = await startScripted(answer);
  using client = openPool(server.port, { readBytesPerSecond: 100_000, timeoutMs: 300 });
  const ending = await client.send(GET);
  assert.equal(ending.kind, 'timeout');
  // What the buffers of two kernels take is far less.
  assert.ok((await written.promise).writableLength > 0);
});
