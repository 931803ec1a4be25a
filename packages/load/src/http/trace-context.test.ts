import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { createRandom } from 'millrace/core';
import type { Exchange } from './exchange.ts';
import { RequestTemplate } from './request-template.ts';
import { ArrivalTraces, readTraceparent, UserTraces } from './trace-context.ts';

const SHAPE = /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/;

test('[LOAD-32] arrivals have ids of their own that follow from seed and number alone', () => {
  const traces = new ArrivalTraces(createRandom(7), 'unsampled');
  const again = new ArrivalTraces(createRandom(7), 'unsampled');
  const other = new ArrivalTraces(createRandom(8), 'unsampled');
  const seen = new Set<string>();
  for (let index = 0; index < 20_000; index++) {
    const text = traces.textOf(index, false);
    assert.match(text, SHAPE);
    seen.add(readTraceparent(text)?.traceId.slice(16) ?? '').add(readTraceparent(text)?.spanId ?? '');
  }
  assert.equal(seen.size, 40_000);
  for (const index of [19_999, 3, 2 ** 32 + 3]) {
    assert.equal(again.textOf(index, false), traces.textOf(index, false));
    assert.notEqual(other.textOf(index, false), traces.textOf(index, false));
  }
  assert.notEqual(traces.textOf(2 ** 32 + 3, false), traces.textOf(3, false));
  const [own, login] = [false, true].map((needed) => readTraceparent(traces.textOf(3, needed)));
  assert.equal(login?.traceId, own?.traceId);
  assert.notEqual(login?.spanId, own?.spanId);
});

test('[LOAD-32] the last half of a trace id is random, as level 2 asks: each bit is set in half of them', () => {
  const traces = new ArrivalTraces(createRandom(1), 'unsampled');
  const set = new Array<number>(128).fill(0);
  for (let index = 0; index < 4_000; index++) {
    const { traceId = '', spanId = '' } = readTraceparent(traces.textOf(index, false)) ?? {};
    const bits = BigInt(`0x${traceId.slice(16)}${spanId}`);
    for (let bit = 0; bit < 128; bit++) set[bit] = (set[bit] as number) + Number((bits >> BigInt(bit)) & 1n);
  }
  // Five standard deviations of 4,000 coins.
  for (const count of set) assert.ok(Math.abs(count - 2_000) < 160, `${count}`);
});

test('[LOAD-32] a user has a trace an iteration and a span a request, sampled when that is asked', () => {
  const user = new UserTraces(createRandom(1), 'sampled');
  const [first, second] = [user.next(), user.next()];
  user.begin();
  const third = user.next();
  assert.match(first, /-01$/);
  assert.deepEqual([second.slice(0, 35), third.slice(0, 35) === first.slice(0, 35)], [first.slice(0, 35), false]);
  assert.equal(new Set([first, second, third].map((text) => text.slice(36, 52))).size, 3);
  assert.equal(new UserTraces(createRandom(1), 'sampled').next(), first);
});

test('[LOAD-98] the words of an arrival are those of its text', () => {
  const traces = new ArrivalTraces(createRandom(3), 'unsampled');
  const words = new Float64Array(7);
  for (const index of [0, 1, 77_777]) {
    traces.writeWords(words, 1, index, index === 1);
    const hex = [...words.subarray(1)].map((word) => word.toString(16).padStart(8, '0')).join('');
    const { traceId, spanId } = readTraceparent(traces.textOf(index, index === 1)) ?? {};
    assert.equal(hex, `${traceId}${spanId}`);
  }
});

test('[LOAD-98] what is no traceparent names no trace', () => {
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  assert.deepEqual(readTraceparent(`00-${trace}-${span}-01`), { traceId: trace, spanId: span });
  assert.deepEqual(readTraceparent(`cc-${trace}-${span}-01-more`), { traceId: trace, spanId: span });
  const none = [
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace}-${span}`,
    trace,
    '',
  ];
  for (const text of [...none, undefined]) assert.equal(readTraceparent(text), undefined, String(text));
});

test('[LOAD-32] ids are not written over a request that waits to be sent', () => {
  const traces = new ArrivalTraces(createRandom(1), 'unsampled');
  const head = 'GET / HTTP/1.1\r\ntraceparent: ';
  const template = new RequestTemplate(`${head}${traces.template}\r\n\r\n`, 'latin1', head.length);
  const taken: Buffer[] = [];
  const socket = { writableLength: 0, write: (bytes: Buffer) => taken.push(bytes) };
  const send = (index: number, waits: boolean): void => {
    socket.writableLength = waits ? 1 : 0;
    const stamp: Exchange['stamp'] = (bytes, at) => traces.write(bytes, at, index, false);
    template.write(socket as unknown as Socket, { stamp } as Exchange);
  };
  for (const index of [0, 1, 2, 3]) send(index, index < 3);
  taken.forEach((bytes, index) => {
    assert.equal(bytes.toString('latin1').slice(head.length, -4), traces.textOf(index, false));
  });
  send(4, false);
  assert.equal(taken[4], taken[3], 'what has gone out leaves its memory to the next');
});
