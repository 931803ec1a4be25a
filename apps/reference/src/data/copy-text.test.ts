import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCopyLine, toCopyStream } from './copy-text.ts';

test('[DATA-3] the bytes that COPY gives a meaning to are escaped, null is \\N, and an empty string is neither', () => {
  const line = toCopyLine(['a\tb\nc\rd\\e\b\f\v', null, '', '\\N', true, false, -0.5, new Date(0)]);
  assert.equal(line, 'a\\tb\\nc\\rd\\\\e\\b\\f\\v\t\\N\t\t\\\\N\tt\tf\t-0.5\t1970-01-01T00:00:00.000Z\n');
});

test('[DATA-3] the stream is the lines in order, however they fall into chunks', async () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => [index, 'ü'.repeat(index % 50)]);
  const text = (await toCopyStream(rows).toArray()).map(String).join('');
  assert.equal(text, rows.map((row) => toCopyLine(row)).join(''));
});

test('[DATA-4] a reader that stops reading stops the rows', async () => {
  let made = 0;
  function* endless(): Generator<readonly [string]> {
    while (true) {
      made++;
      yield ['x'.repeat(999)];
    }
  }
  const stream = toCopyStream(endless());
  const read = stream[Symbol.asyncIterator]();
  await read.next();
  const afterFirst = made;
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(afterFirst >= 66 && made <= 5 * 66, `${made} rows made for one chunk read`);
  await read.return?.();
});
