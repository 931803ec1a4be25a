import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventStreamParser, type EventStreamOptions } from './event-stream.ts';
import { heardIn } from './stream-transcript.test.ts';

const heard = (text: string | Buffer, options: EventStreamOptions = {}): string[] =>
  heardIn([Buffer.from(text as string)], options);

test('[SSE-6] lines of data are joined, and an event without data is not heard', () => {
  assert.deepEqual(heard('data: a\ndata: b\ndata\ndata: c\n\n'), ['message "a\\nb\\n\\nc" id ""']);
  assert.deepEqual(heard('data\n\ndata\ndata\n\ndata:\n\n'), [
    'message "" id ""',
    'message "\\n" id ""',
    'message "" id ""',
  ]);
  assert.deepEqual(heard('event: x\n\ndata: a\n\n\n\n'), ['message "a" id ""']);
  assert.deepEqual(heard('event: x\ndata: a\n\ndata: b\n\n'), ['x "a" id ""', 'message "b" id ""']);
  assert.deepEqual(heard('event: x\nevent\ndata: a\n\n'), ['message "a" id ""']);
});

test('[SSE-5] one space is not part of the value; fields are known by their exact name', () => {
  assert.deepEqual(heard('data:  a\ndata:b\ndata:\tc\ndata: d \n\n'), ['message " a\\nb\\n\\tc\\nd " id ""']);
  assert.deepEqual(heard('data: a:b: c\nDATA: x\n data: x\ndata : x\ndatas: x\n\n'), ['message "a:b: c" id ""']);
});

test('[SSE-3] any end of line, mixed; a CR ends its line at once', () => {
  assert.deepEqual(heard('data: a\rdata: b\r\ndata: c\n\r\ndata: d\r\r'), [
    'message "a\\nb\\nc" id ""',
    'message "d" id ""',
  ]);
  assert.deepEqual(heard('data: a\r\r'), ['message "a" id ""']);
  assert.deepEqual(heard('data: a\r\n\r'), ['message "a" id ""']);
  assert.deepEqual(
    heardIn([Buffer.from('data: a\r'), Buffer.from('\ndata: b\r'), Buffer.from('\r'), Buffer.from('\n')]),
    ['message "a\\nb" id ""'],
  );
});

test('[SSE-4] one byte order mark is passed over, also in pieces; any other is kept', () => {
  const mark = '\uFEFF';
  assert.deepEqual(heard(`${mark}data: a\n\n`), ['message "a" id ""']);
  assert.deepEqual(heard(`${mark}${mark}data: a\n\ndata: ${mark}b\n\n`), [`message "${mark}b" id ""`]);
  assert.deepEqual(heard(`\n${mark}data: a\n\n`), []);
  const bytes = Buffer.from(`${mark}data: a\n\n`);
  assert.deepEqual(heardIn(Array.from(bytes, (byte) => Buffer.of(byte))), ['message "a" id ""']);
  assert.deepEqual(heard(Buffer.concat([Buffer.of(0xef, 0xbb), Buffer.from('data: a\n\n')])), []);
  assert.deepEqual(heardIn([Buffer.of(0xef), Buffer.of(0xbb, 0x0a), Buffer.from('data: a\n\n')]), [
    'message "a" id ""',
  ]);
});

test('[SSE-7] the id stays, counts when its event ends, and may not hold U+0000', () => {
  assert.deepEqual(heard('id: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n'), [
    'message "a" id "1"',
    'message "b" id "1"',
    'message "c" id "1"',
    'message "d" id ""',
  ]);
  const parser = createEventStreamParser({ event: () => {} }, { lastEventId: '7' });
  assert.equal(parser.lastEventId, '7');
  parser.push(Buffer.from('id: 8\ndata: a\n'));
  assert.equal(parser.lastEventId, '7');
  parser.push(Buffer.from('\nid: 9\n\nid: 10\n'));
  assert.equal(parser.lastEventId, '9');
  assert.deepEqual(heard('data: a\n\n', { lastEventId: '7' }), ['message "a" id "7"']);
});

test('[SSE-8] a retry is digits alone', () => {
  assert.deepEqual(heard('retry: 1500\nretry: 1.5\nretry: -1\nretry:\nretry: 10ms\nretry:  7\nretry:0\n'), [
    'retry 1500',
    'retry 0',
  ]);
});

test('[SSE-5] comments are heard as they come, within an event too', () => {
  assert.deepEqual(heard(': ping\ndata: a\n:\n\n'), ['comment " ping"', 'comment ""', 'message "a" id ""']);
});

test('[SSE-9] an event that is cut off is never heard', () => {
  assert.deepEqual(heard('data: a\n\ndata: b\n'), ['message "a" id ""']);
  assert.deepEqual(heard('data: a\n\ndata: b\n:'), ['message "a" id ""']);
});

test('[SSE-10] bytes that are not UTF-8 are replaced as TextDecoder does', () => {
  const bytes = Buffer.from('80c3e282f09f98ffeda080', 'hex');
  const stream = Buffer.concat([Buffer.from('data:'), bytes, Buffer.from('\n\n')]);
  assert.deepEqual(heard(stream), [`message ${JSON.stringify(new TextDecoder().decode(bytes))} id ""`]);
});

test('[SSE-11] what is larger than the bound is refused, whole or in pieces, and stays refused', () => {
  const cases = ['data: 56789', ': 3456789ab', 'data: 5\nid: 0\n', 'data:\nx\nx\nx\n'];
  for (const text of cases) {
    const parser = createEventStreamParser({ event: assert.fail }, { maxEventBytes: 10 });
    const tooLarge = { code: 'MILLRACE_SSE_EVENT_TOO_LARGE' };
    assert.throws(() => {
      for (const byte of Buffer.from(text)) parser.push(Buffer.of(byte));
    }, tooLarge);
    assert.throws(() => parser.push(Buffer.from('\n\n')), tooLarge);
    const whole = createEventStreamParser({ event: assert.fail }, { maxEventBytes: 10 });
    assert.throws(() => whole.push(Buffer.from(`${text}\n\n`)), tooLarge);
  }
});

test('[SSE-11] events that fit, however many, and comments between them, never add up to the bound', () => {
  const parts = ['data: 567\n\n', ': 23456789\n', 'id: 1\nx\nx\n\n'];
  const events = heard(parts.join('').repeat(100), { maxEventBytes: 10 });
  assert.equal(events.length, 200);
  assert.deepEqual(events.slice(-2), ['message "567" id "1"', 'comment " 23456789"']);
});

test('[SSE-12] options out of range, or that do not exist, are refused', () => {
  for (const maxEventBytes of [0, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => heard('', { maxEventBytes }), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  }
  assert.throws(() => heard('', { maxBytes: 1 } as EventStreamOptions), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});

test('[SSE-1] only the range that is given is read', () => {
  const events: string[] = [];
  const parser = createEventStreamParser({ event: (data) => events.push(data) });
  const buffer = Buffer.from('__data: a\n\n__');
  parser.push(buffer.subarray(1), 1, 10);
  assert.deepEqual(events, ['a']);
});
