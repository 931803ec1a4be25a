import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { AnswerEvent } from '../ports/index.ts';
import { readEvents, writeEvent } from './server-sent-events.ts';

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

async function read(bytes: Uint8Array, cuts: readonly number[] = []): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  for await (const event of readEvents(inPieces(bytes, cuts))) events.push(event);
  return events;
}

const readText = (text: string): Promise<AnswerEvent[]> => read(Buffer.from(text));

test('[GW-1] what is written is read, however it is cut into pieces', async () => {
  const name = fc.constantFrom('message_start', 'content_block_delta', 'ping');
  const data = fc.jsonValue().map((value) => JSON.stringify(value));
  const event = fc.record({ name, data }, { noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(fc.array(event), fc.array(fc.nat(400)), async (events, cuts) => {
      const bytes = Buffer.from(events.map(writeEvent).join(''));
      const within = cuts.filter((cut) => cut <= bytes.length);
      assert.deepEqual(await read(bytes, within), events);
    }),
    propertySeed(),
  );
});

test('[GW-1] CRLF, comments, other fields, several data lines, no name, no space', async () => {
  assert.deepEqual(await readText('event: a\r\ndata: 1\r\n\r\n'), [{ name: 'a', data: '1' }]);
  assert.deepEqual(await readText(': hello\nid: 5\nretry: 1\nevent:a\ndata:1\n\n'), [{ name: 'a', data: '1' }]);
  assert.deepEqual(await readText('data: one\ndata:  two\n\n'), [{ name: 'message', data: 'one\n two' }]);
  assert.deepEqual(await readText('event: a\n\ndata: 1\n\n'), [{ name: 'message', data: '1' }]);
});

test('[GW-1] what has no blank line behind it is no event, and a line without end is refused', async () => {
  assert.deepEqual(await readText('event: a\ndata: 1\n\nevent: b\ndata: 2\n'), [{ name: 'a', data: '1' }]);
  await assert.rejects(readText(`data: ${'x'.repeat(1_100_000)}`), RangeError);
});
