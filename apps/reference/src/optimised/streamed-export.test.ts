import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { createFakeClock } from 'millrace/testing';
import type { RowSource } from '../database.ts';
import { createStreamedExport } from './streamed-export.ts';

const ALL = { keyId: undefined, period: undefined, limit: undefined };
const NEVER = new AbortController().signal;
const ROWS = 20_000;

/** A source that counts what was taken from it, and whether it was left. */
function openSource(total = ROWS) {
  const seen = { taken: 0, largest: 0, ended: 0 };
  const source: RowSource = {
    async *batches(_sql, _values, { rows }) {
      try {
        for (let id = 1; id <= total; id += rows) {
          const size = Math.min(rows, total - id + 1);
          seen.taken += size;
          seen.largest = Math.max(seen.largest, size);
          yield Array.from({ length: size }, (_, index) => rowOf(id + index)) as never[];
        }
      } finally {
        seen.ended++;
      }
    },
  };
  return { source, seen };
}

function rowOf(id: number): object {
  const tokens = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const call = {
    model: 'model-small',
    endpoint: '/v1/messages',
    duration_ms: 5,
    status: 200,
    at: '2026-01-01T00:00:00.000Z',
  };
  return { id, api_key_id: 1, key_name: 'a key', ...tokens, ...call };
}

async function open(source: RowSource, format: 'csv' | 'json' = 'csv', clock = createFakeClock()): Promise<Readable> {
  return (await createStreamedExport(source, clock).open(1, ALL, format, NEVER)) as Readable;
}

/** Lets everything run that can run without another read. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('[REF-122] while the client takes little, little is read: two batches ahead of it at most', async () => {
  const { source, seen } = openSource();
  const stream = await open(source);
  let lines = 0;
  let ahead = 0;
  for await (const chunk of stream) {
    lines += String(chunk).split('\r\n').length - 1;
    await settle();
    ahead = Math.max(ahead, seen.taken - lines);
  }
  assert.deepEqual([lines, seen.taken, seen.ended], [ROWS + 1, ROWS, 1]);
  assert.ok(seen.largest <= 500, `${seen.largest} rows in a batch`);
  assert.ok(ahead <= 1_000, `${ahead} rows read ahead of the client`);
});

test('[REF-122] an empty export is a whole document', async () => {
  const { source } = openSource(0);
  assert.deepEqual(JSON.parse((await (await open(source, 'json')).toArray()).join('')), { items: [] });
  assert.match((await (await open(source)).toArray()).join(''), /^id,keyId,[\w,]+,at\r\n$/);
});

test('[REF-123] a client that leaves ends the reading', async () => {
  const { source, seen } = openSource();
  const stream = await open(source);
  await once(stream, 'readable');
  stream.destroy();
  await once(stream, 'close');
  await settle();
  assert.equal(seen.ended, 1);
  assert.ok(seen.taken <= 1_500, `${seen.taken} rows`);
});

test('[REF-123] a client that has left before the first byte is taken ends the reading', async () => {
  const { source, seen } = openSource();
  const stream = await open(source);
  stream.destroy();
  await once(stream, 'close');
  await settle();
  assert.equal(seen.ended, 1);
});

test('[REF-124] a client that takes nothing for half a minute is given up', async () => {
  const { source, seen } = openSource();
  const clock = createFakeClock();
  const stream = await open(source, 'csv', clock);
  const failed = once(stream, 'error');
  stream.read(0);
  await settle();
  await clock.advance(29_999);
  assert.equal(stream.destroyed, false);
  await clock.advance(1);
  assert.match(String((await failed)[0]), /stopped reading/);
  await settle();
  assert.equal(seen.ended, 1);
});

test('[REF-125] past four exports at once another is told to come again, until one is done', async () => {
  const { source } = openSource();
  const { open: next } = createStreamedExport(source, createFakeClock());
  const ask = (): Promise<string | Readable> => next(1, ALL, 'csv', NEVER);
  const streams = (await Promise.all([ask(), ask(), ask(), ask()])) as Readable[];
  await assert.rejects(ask(), { status: 503, headers: { 'retry-after': '5' } });
  streams[0]?.destroy();
  await settle();
  await (await ask().then((stream) => stream as Readable)).toArray();
  for (const stream of streams) stream.destroy();
});

test('[REF-125] an export that fails before its first byte counts no longer', async () => {
  const source: RowSource = {
    batches: () => {
      throw new TypeError('no rows');
    },
  };
  const { open: next } = createStreamedExport(source, createFakeClock());
  for (let time = 0; time < 9; time++) await assert.rejects(next(1, ALL, 'csv', NEVER), TypeError);
});

test('[REF-121] a database that fails on the way breaks the stream instead of ending it', async () => {
  const source: RowSource = {
    async *batches() {
      yield Array.from({ length: 500 }, (_, index) => rowOf(index + 1)) as never[];
      throw new TypeError('lost');
    },
  };
  await assert.rejects((await open(source, 'json')).toArray(), TypeError);
});
