import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOUNDS, cut, frame, parsed, parsedByWs, problemOf } from './frame-transcript.test.ts';

const hex = (text: string | Uint8Array): string => Buffer.from(text as string).toString('hex');
const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const close = (code: number, reason = ''): Buffer =>
  frame(0x88, Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)]));
const broken = (code: number): string => `broken ${code}`;

interface Case {
  readonly name: string;
  readonly bytes: Buffer;
  readonly heard: readonly string[];
  /** `ws` differs here, and why that is right. */
  readonly wsDiffers?: string;
}

const LENGTHS = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 70_000];
const SOUND: readonly Case[] = [
  ...LENGTHS.map((length) => ({
    name: `a text of ${length} bytes`,
    bytes: frame(0x81, 'x'.repeat(length)),
    heard: [`text ${hex('x'.repeat(length))}`, 'sound'],
  })),
  ...LENGTHS.map((length) => ({
    name: `a binary message of ${length} bytes`,
    bytes: frame(0x82, Buffer.alloc(length, 0xfe)),
    heard: [`binary ${hex(Buffer.alloc(length, 0xfe))}`, 'sound'],
  })),
  {
    name: 'two fragments',
    bytes: Buffer.concat([frame(0x01, 'Hel'), frame(0x80, 'lo')]),
    heard: [`text ${hex('Hello')}`, 'sound'],
  },
  {
    name: 'empty fragments, first and last too',
    bytes: Buffer.concat([frame(0x01), frame(0x00), frame(0x00, 'a'), frame(0x80)]),
    heard: [`text ${hex('a')}`, 'sound'],
  },
  {
    name: 'a message of nothing but empty fragments',
    bytes: Buffer.concat([frame(0x02), frame(0x00), frame(0x80)]),
    heard: ['binary ', 'sound'],
  },
  {
    name: 'pings and pongs between fragments are heard at once',
    bytes: Buffer.concat([frame(0x01, 'a'), frame(0x89, 'p'), frame(0x00, 'b'), frame(0x8a), frame(0x80, 'c')]),
    heard: [`ping ${hex('p')}`, 'pong ', `text ${hex('abc')}`, 'sound'],
  },
  {
    name: 'a character cut by a fragment, with a ping in its middle',
    bytes: Buffer.concat([frame(0x01, bytes('f0 9f')), frame(0x89), frame(0x80, bytes('98 80'))]),
    heard: ['ping ', 'text f09f9880', 'sound'],
  },
  {
    name: 'control frames of 125 bytes',
    bytes: Buffer.concat([frame(0x89, 'x'.repeat(125)), frame(0x8a, 'y'.repeat(125))]),
    heard: [`ping ${hex('x'.repeat(125))}`, `pong ${hex('y'.repeat(125))}`, 'sound'],
  },
  {
    name: 'a close between fragments; the message is never heard',
    bytes: Buffer.concat([frame(0x01, 'a'), close(1000), frame(0x80, 'b')]),
    heard: ['close 1000 ', 'sound'],
  },
  {
    name: 'what follows a close, broken or not, is passed over',
    bytes: Buffer.concat([close(1001, 'bye'), frame(0x81, 'late'), bytes('ff ff ff')]),
    heard: ['close 1001 bye', 'sound'],
  },
  { name: 'a close without a code', bytes: frame(0x88), heard: ['close 1005 ', 'sound'] },
  {
    name: 'a close with the longest reason',
    bytes: close(4999, 'r'.repeat(123)),
    heard: [`close 4999 ${'r'.repeat(123)}`, 'sound'],
  },
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map((code) => ({
    name: `close code ${code}`,
    bytes: close(code),
    heard: [`close ${code} `, 'sound'],
  })),
  { name: 'a frame that has only begun', bytes: bytes('81 05 48 65'), heard: ['sound'] },
];

const MALFORMED: readonly Case[] = [
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({
    name: `reserved opcode ${opcode}`,
    bytes: Buffer.concat([frame(0x81, 'a'), Buffer.of(0x80 | opcode, 0)]),
    heard: [`text ${hex('a')}`, broken(1002)],
  })),
  ...[0x40, 0x20, 0x10, 0x70].flatMap((bits) =>
    [0x81, 0x82, 0x88, 0x89, 0x8a].map((first) => ({
      name: `reserved bits ${bits} on ${first}`,
      bytes: Buffer.of(first | bits, 0),
      heard: [broken(1002)],
    })),
  ),
  { name: 'reserved bits on a continuation', bytes: Buffer.concat([frame(0x01), frame(0xc0)]), heard: [broken(1002)] },
  { name: 'a masked text', bytes: bytes('81 81 01 02 03 04 60'), heard: [broken(1002)] },
  { name: 'a masked close', bytes: bytes('88 80 01 02 03 04'), heard: [broken(1002)] },
  { name: 'a continuation of nothing', bytes: frame(0x80, 'a'), heard: [broken(1002)] },
  {
    name: 'a continuation after a message that was whole',
    bytes: Buffer.concat([frame(0x81), frame(0x00)]),
    heard: ['text ', broken(1002)],
  },
  { name: 'a text within a text', bytes: Buffer.concat([frame(0x01, 'a'), frame(0x81, 'b')]), heard: [broken(1002)] },
  {
    name: 'a binary message within a text',
    bytes: Buffer.concat([frame(0x01, 'a'), frame(0x02, 'b')]),
    heard: [broken(1002)],
  },
  ...[0x08, 0x09, 0x0a].map((first) => ({
    name: `a fragmented control frame ${first}`,
    bytes: frame(first),
    heard: [broken(1002)],
  })),
  ...[0x88, 0x89, 0x8a].map((first) => ({
    name: `a control frame ${first} of 126 bytes`,
    bytes: frame(first, 'x'.repeat(126)),
    heard: [broken(1002)],
  })),
  { name: 'a close with half a code', bytes: frame(0x88, Buffer.of(3)), heard: [broken(1002)] },
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map((code) => ({
    name: `close code ${code}`,
    bytes: close(code),
    heard: [broken(1002)],
  })),
  {
    name: 'a length of 64 bits with the first one set',
    bytes: bytes('82 7f 80 00 00 00 00 00 00 01'),
    heard: [broken(1002)],
    wsDiffers: 'it takes the length for one too large',
  },
  {
    name: '125 bytes with a length of 16 bits',
    bytes: Buffer.concat([bytes('82 7e 00 7d'), Buffer.alloc(125)]),
    heard: [broken(1002)],
    wsDiffers: 'it takes any length',
  },
  {
    name: '65,535 bytes with a length of 64 bits',
    bytes: Buffer.concat([bytes('82 7f 00 00 00 00 00 00 ff ff'), Buffer.alloc(65_535)]),
    heard: [broken(1002)],
    wsDiffers: 'it takes any length',
  },
];

const NOT_UTF8: readonly Case[] = [
  { name: 'a lone continuation byte', payload: '80' },
  { name: 'an overlong slash', payload: 'c0 af' },
  { name: 'an overlong slash in three bytes', payload: 'e0 80 af' },
  { name: 'an overlong slash in four bytes', payload: 'f0 80 80 af' },
  { name: 'half a surrogate pair', payload: 'ed a0 80' },
  { name: 'a surrogate pair', payload: 'ed a0 bd ed b8 80' },
  { name: 'past U+10FFFF', payload: 'f4 90 80 80' },
  { name: 'five bytes', payload: 'f8 88 80 80 80' },
  { name: 'a text that ends within a character', payload: 'ce ba e1 bd' },
  { name: 'a character broken off by a letter', payload: 'e2 82 41' },
].map(({ name, payload }) => ({ name, bytes: frame(0x81, bytes(payload)), heard: [broken(1007)] }));

const ALL: readonly Case[] = [
  ...SOUND,
  ...MALFORMED,
  ...NOT_UTF8,
  { name: 'a reason that is not UTF-8', bytes: frame(0x88, bytes('03e8 ce')), heard: [broken(1007)] },
  { name: 'a frame of one byte too many', bytes: frame(0x82, Buffer.alloc(70_001)), heard: [broken(1009)] },
  {
    name: 'fragments of one byte too many',
    bytes: Buffer.concat([frame(0x02, Buffer.alloc(70_000)), frame(0x00), frame(0x80, 'x')]),
    heard: [broken(1009)],
  },
  { name: 'a length of 2^62', bytes: bytes('82 7f 40 00 00 00 00 00 00 00'), heard: [broken(1009)] },
];

for (const { name, bytes: stream, heard, wsDiffers } of ALL) {
  test(`[WS-2, WS-3, WS-4, WS-5, WS-6, WS-7] frames: ${name}`, async () => {
    assert.deepEqual(parsed([stream]), heard);
    if (wsDiffers === undefined) assert.deepEqual(await parsedByWs(stream), heard);
    else assert.notDeepEqual(await parsedByWs(stream), heard, wsDiffers);
  });
}

test('[WS-1] every case of the corpus comes out the same when it is cut at any one byte, and at all of them', () => {
  for (const { name, bytes: stream, heard } of ALL) {
    const every = Array.from(stream, (byte) => Buffer.of(byte));
    assert.deepEqual(parsed(every), heard, name);
    for (let at = 1; at < Math.min(stream.length, 300); at++)
      assert.deepEqual(parsed(cut(stream, [at])), heard, `${name}, ${at}`);
  }
});

test('[WS-5] a wrong byte is refused before the rest of its message is there', () => {
  const announced = bytes('81 7e 10 00 61 c0');
  assert.deepEqual(parsed([announced]), [broken(1007)]);
  assert.deepEqual(parsed([announced.subarray(0, 5)]), ['sound']);
});

test('[WS-6] a header is enough to refuse, and each message has the bound to itself', () => {
  assert.deepEqual(parsed([bytes('82 7f 00 00 00 00 00 01 11 71')]), [broken(1009)]);
  const largest = frame(0x82, Buffer.alloc(70_000));
  assert.equal(parsed([largest, largest]).at(-1), 'sound');
});

test('[WS-4] the problem says what is wrong', () => {
  assert.equal(problemOf(bytes('81 81')), 'a frame of a server is masked');
  assert.equal(problemOf(bytes('c1')), 'a reserved bit is set');
  assert.equal(problemOf(bytes('83')), 'opcode 3 is reserved');
  assert.equal(problemOf(close(1006)), 'close code 1006');
});

test('[WS-9] the bits of an extension are let through on the first frame of a message, whose text is not checked', () => {
  const options = { ...BOUNDS, extensionBits: 0x40 };
  assert.deepEqual(parsed([frame(0xc1, bytes('80'))], options), ['text 80 bits 64', 'sound']);
  assert.deepEqual(parsed([frame(0xc1, bytes('80')), frame(0x81, bytes('80'))], options), [
    'text 80 bits 64',
    broken(1007),
  ]);
  assert.deepEqual(parsed([frame(0x41), frame(0xc0)], options), [broken(1002)]);
  assert.deepEqual(parsed([frame(0xc9)], options), [broken(1002)]);
  assert.deepEqual(parsed([frame(0xa1)], options), [broken(1002)]);
});
