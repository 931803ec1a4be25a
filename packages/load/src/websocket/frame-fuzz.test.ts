import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { FrameParser } from './frame-parser.ts';
import { BOUNDS, cut, frame, parsed, parsedByWs, problemOf } from './frame-transcript.test.ts';
import { UTF8_BROKEN, UTF8_WHOLE, utf8After } from './utf8-state.ts';

const text = fc.string({ unit: 'binary', maxLength: 200 }).map((value) => Buffer.from(value));
const payload = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value)),
  fc.nat({ max: 70_100 }).map((length) => Buffer.alloc(length, 'ä')),
);

/** A message in fragments, with control frames in between. */
const message: fc.Arbitrary<Buffer> = fc
  .record({
    opcode: fc.constantFrom(1, 2),
    payload: fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: payload }),
    cuts: fc.array(fc.nat(), { maxLength: 4 }),
    between: fc.array(fc.tuple(fc.constantFrom(0x89, 0x8a), fc.uint8Array({ maxLength: 125 })), { maxLength: 2 }),
  })
  .map(({ opcode, payload: body, cuts, between }) => {
    const pieces = cut(body, cuts);
    const control = between.map(([first, bytes]) => frame(first, bytes));
    const frames = pieces.map((piece, i) => {
      const last = i === pieces.length - 1 ? 0x80 : 0;
      return Buffer.concat([frame((i === 0 ? opcode : 0) | last, piece), ...(last === 0 ? control : [])]);
    });
    return Buffer.concat(frames);
  });

/** A frame with any first byte, and with any lie about its length. */
const anyFrame: fc.Arbitrary<Buffer> = fc
  .record({ first: fc.nat({ max: 255 }), payload, second: fc.option(fc.nat({ max: 255 })) })
  .map(({ first, payload: body, second }) => {
    const bytes = frame(first, body);
    if (second !== null) bytes[1] = second;
    return bytes;
  });

const closing = fc
  .tuple(fc.nat({ max: 5_100 }), fc.oneof(text, fc.uint8Array({ maxLength: 10 })))
  .map(([code, reason]) => frame(0x88, Buffer.concat([Buffer.of(code >> 8, code & 255), reason])));

const stream = fc
  .array(
    fc.oneof({ weight: 6, arbitrary: message }, { weight: 1, arbitrary: anyFrame }, { weight: 1, arbitrary: closing }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => Buffer.concat(parts));
const cuts = fc.array(fc.nat(), { maxLength: 10 });

/** Where we are stricter than `ws`; see the corpus. */
const STRICTER = new Set(['a length in more bytes than it needs', 'a length of more than 63 bits']);

test('[WS-1] random streams come out the same wherever they are cut', () => {
  const property = fc.property(stream, cuts, (bytes, places) => {
    assert.deepEqual(parsed(cut(bytes, places)), parsed([bytes]));
  });
  fc.assert(property, { numRuns: 1_500, ...propertySeed() });
});

test('[WS-2] random streams come out as `ws` sees them', async () => {
  const property = fc.asyncProperty(stream, cuts, async (bytes, places) => {
    if (STRICTER.has(problemOf(bytes))) return;
    const ours = parsed(cut(bytes, places));
    const theirs = await parsedByWs(bytes);
    if (ours.at(-1) !== 'broken 1007') return assert.deepEqual(ours, theirs);
    // `ws` looks at a text once it is whole, so it may hear control frames, or end otherwise, before it gets there.
    const heard = ours.slice(0, -1);
    assert.deepEqual(theirs.slice(0, heard.length), heard);
    const rest = theirs.slice(heard.length);
    assert.deepEqual(
      rest.filter((what) => /^(?:text|binary)/.test(what)),
      [],
    );
  });
  await fc.assert(property, { numRuns: 1_500, ...propertySeed() });
});

test('[WS-5] UTF-8 in pieces is judged as it is judged whole', () => {
  const bytes = fc.oneof(
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.constantFrom(0x41, 0x80, 0xa0, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4))
      .map((all) => Buffer.from(all)),
  );
  const property = fc.property(bytes, cuts, (value, places) => {
    let state = UTF8_WHOLE;
    for (const piece of cut(Buffer.from(value), places)) {
      if (state !== UTF8_BROKEN) state = utf8After(state, piece, 0, piece.length);
    }
    assert.equal(state === UTF8_WHOLE, isUtf8(value));
  });
  fc.assert(property, { numRuns: 3_000, ...propertySeed() });
});

test('[WS-8] frames that lie whole in one read are heard in the buffer that was read into', () => {
  const read = Buffer.concat([frame(0x81, 'one'), frame(0x89, 'ping'), frame(0x82, 'two')]);
  let heard = 0;
  const here = (bytes: Buffer): void => {
    assert.equal(bytes, read);
    heard++;
  };
  const parser = new FrameParser(
    { onMessage: here, onPing: here, onPong: here, onCloseFrame: () => assert.fail() },
    BOUNDS,
  );
  parser.push(read, 0, read.length);
  assert.equal(heard, 3);
});

test('[WS-6] a length that is only claimed sets no memory aside', () => {
  const parsers = Array.from({ length: 2_000 }, () => {
    const ignore = (): void => {};
    const listener = { onMessage: ignore, onPing: ignore, onPong: ignore, onCloseFrame: ignore };
    return new FrameParser(listener, { maxMessageBytes: 1_048_576, extensionBits: 0 });
  });
  const before = process.memoryUsage().arrayBuffers;
  const begun = Buffer.from('827f00000000001000000102', 'hex');
  for (const parser of parsers) assert.ok(parser.push(begun, 0, begun.length));
  assert.ok(process.memoryUsage().arrayBuffers - before < parsers.length * 1_024);
});
