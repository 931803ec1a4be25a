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
