import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { heardByPeer, heardIn } from './stream-transcript.test.ts';

const value = fc.oneof(
  fc.constantFrom('', ' ', '  a', '0', '42', '1e3', ':', '\0', '\uFEFF', 'data: x'),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
);
const line = fc
  .tuple(
    fc.constantFrom('data', 'data', 'event', 'id', 'retry', '', 'other', ' data'),
    fc.constantFrom(':', ': ', ''),
    value,
  )
  .map(([name, colon, text]) => name + colon + (colon === '' ? '' : text));
const end = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\r\r', '\n\r');
const text = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.array(
      fc.tuple(line, end).map((parts) => parts.join('')),
      { maxLength: 14 },
    ),
  )
  .map(([mark, lines]) => mark + lines.join(''));
const cuts = fc.array(fc.nat(), { maxLength: 12 });

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = places.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b);
  return [...ends, bytes.length].map((stop, i) => bytes.subarray(ends[i - 1] ?? 0, stop));
}

test('[SSE-1] random streams, and random bytes, come out the same wherever they are cut', () => {
  const bytes = fc.oneof(
    text.map((all) => Buffer.from(all)),
    fc.array(fc.constantFrom(10, 13, 32, 58, 0xef, 0xbb, 0xbf, 0xe2, 0x61)).map((all) => Buffer.from(all)),
  );
  const property = fc.property(bytes, cuts, (stream, places) => {
    assert.deepEqual(heardIn(cut(stream, places)), heardIn([stream]));
    assert.deepEqual(heardIn(Array.from(stream, (byte) => Buffer.of(byte))), heardIn([stream]));
  });
  fc.assert(property, { numRuns: 2_000, ...propertySeed() });
});

/** `eventsource-parser` waits after a last CR, and takes no mark off itself: it reads text that was decoded. */
function forPeer(stream: string): string {
  return `${stream.replace(/^\uFEFF/, '')}\n`;
}

/** The peer takes one space off a comment, as off a value. */
const withoutSpace = (said: string): string => said.replace(/^comment " /, 'comment "');
/** An id whose event has no data stays for us and the standard, and not for the peer. */
const withoutId = (said: string): string => said.replace(/ id "(?:[^"\\]|\\.)*"$/, '');

test('[SSE-2] random streams come out as `eventsource-parser` hears them', () => {
  const property = fc.property(text, cuts, (stream, places) => {
    const ours = heardIn(cut(Buffer.from(`${stream}\n`), places)).map(withoutSpace);
    const theirs = heardByPeer(forPeer(stream));
    assert.deepEqual(ours.map(withoutId), theirs.map(withoutId));
  });
  fc.assert(property, { numRuns: 2_000, ...propertySeed() });
});

test('[SSE-2] ids too, where every event has data', () => {
  const event = fc
    .tuple(fc.array(line, { maxLength: 4 }), value, fc.array(line, { maxLength: 4 }))
    .map(([before, data, after]) => [...before, `data: ${data}`, ...after].filter((said) => said !== '').join('\n'));
  const property = fc.property(fc.array(event, { maxLength: 5 }), cuts, (events, places) => {
    const stream = events.map((said) => `${said}\n\n`).join('');
    const ours = heardIn(cut(Buffer.from(stream), places)).map(withoutSpace);
    assert.deepEqual(ours, heardByPeer(stream));
  });
  fc.assert(property, { numRuns: 1_500, ...propertySeed() });
});
