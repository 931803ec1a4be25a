import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Inbox, InboxBytes } from './inbox.ts';

const anything = (): boolean => true;

test('[FLOW-32] inboxes together keep no more bytes than one bound', () => {
  const bytes = new InboxBytes(100);
  const [one, other] = [new Inbox<string>('one', 10, bytes), new Inbox<string>('other', 10, bytes)];
  for (const item of ['a', 'b', 'c']) one.add(item, 40, 0);
  assert.deepEqual([one.dropped, bytes.kept], [1, 80]);
  other.add('large', 40, 0);
  assert.deepEqual([other.dropped, other.take(anything), bytes.kept], [1, undefined, 80]);
  assert.deepEqual([one.take((item) => item === 'c'), bytes.kept], ['c', 40]);
  other.add('d', 40, 0);
  assert.deepEqual([other.dropped, bytes.kept], [1, 80]);
  one.end(new Error('over'), 0);
  assert.deepEqual([bytes.kept, one.take(anything), bytes.kept], [40, 'b', 40]);
});

test('[FLOW-32] what is kept is taken in order, from the front and from amid', () => {
  const inbox = new Inbox<number>('numbers', 2_000, new InboxBytes(1e6));
  for (let item = 0; item < 3_000; item++) inbox.add(item, 1, 0);
  assert.equal(inbox.dropped, 1_000);
  assert.deepEqual(
    [inbox.take((item) => item === 1_500), inbox.take(anything), inbox.take(anything)],
    [1_500, 1_000, 1_001],
  );
  const rest: (number | undefined)[] = [];
  for (let item = inbox.take(anything); item !== undefined; item = inbox.take(anything)) rest.push(item);
  const expected = Array.from({ length: 1_998 }, (_, index) => 1_002 + index).filter((item) => item !== 1_500);
  assert.deepEqual(rest, expected);
});

test('[FLOW-32] taking one looks at no other, however many are kept', () => {
  const inbox = new Inbox<number>('numbers', 1_000_000, new InboxBytes(1e9));
  for (let item = 0; item < 1_000_000; item++) inbox.add(item, 1, 0);
  let looks = 0;
  for (let item = 0; item < 1_000_000; item++) inbox.take(() => ++looks > 0);
  assert.deepEqual([looks, inbox.take(anything)], [1_000_000, undefined]);
});
