import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom, type Random } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import * as ws from 'ws';
import { FrameEncoder } from './frame-encoder.ts';

const { Receiver } = ws as unknown as { Receiver: new (options: object) => NodeJS.WritableStream };

/** What a server on `ws` reads. */
function readByWs(frames: readonly Buffer[]): string[] {
  const heard: string[] = [];
  const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true });
  receiver.on('message', (data: Buffer, isBinary: boolean) => heard.push(`${isBinary} ${data.toString('hex')}`));
  receiver.on('ping', (data: Buffer) => heard.push(`ping ${data.toString('hex')}`));
  receiver.on('error', assert.fail);
  for (const frame of frames) receiver.write(frame);
  return heard;
}

test('[WS-10] `ws` reads what was sent, at any length, text and bytes, in one frame and in several', () => {
  const lengths = [0, 1, 2, 3, 4, 5, 125, 126, 127, 4_095, 4_096, 5_461, 5_462, 16_000, 65_535, 65_536, 200_000];
  const encoder = new FrameEncoder(createRandom(1));
  for (const length of lengths) {
    const text = 'ä☃x'.repeat(length).slice(0, length);
    assert.deepEqual(readByWs([Buffer.from(encoder.encode(1, text))]), [`false ${Buffer.from(text).toString('hex')}`]);
    const bytes = Buffer.alloc(length, 0xa7);
    assert.deepEqual(readByWs([Buffer.from(encoder.encode(2, bytes))]), [`true ${bytes.toString('hex')}`]);
  }
  const property = fc.property(
    fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), { minLength: 1 }),
    (parts) => {
      const frames = parts.map((part, i) => {
        const frame = encoder.encode(i === 0 ? 2 : 0, part, i === parts.length - 1);
        encoder.release();
        return frame;
      });
      const whole = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
      assert.deepEqual(readByWs(frames), [`true ${whole.toString('hex')}`]);
    },
  );
  fc.assert(property, { numRuns: 300, ...propertySeed() });
});

test('[WS-10] each frame has the next mask of the generator', () => {
  const draws: number[] = [];
  const int = (below: number): number => draws.push(below);
  const random: Random = { next: assert.fail, fork: assert.fail, int };
  const encoder = new FrameEncoder(random);
  const masks = [1, 2, 3].map(() => Buffer.from(encoder.encode(9, 'abc').subarray(2, 6)).toString('hex'));
  assert.equal(new Set(masks).size, 3);
  assert.deepEqual(draws, [2 ** 32, 2 ** 32, 2 ** 32]);
});

test('[WS-11] frames of one size that have gone out are one object in one place', () => {
  const encoder = new FrameEncoder(createRandom(1));
  const first = encoder.encode(1, 'hello');
  assert.equal(encoder.encode(1, 'world'), first);
  assert.notEqual(encoder.encode(1, 'longer'), first);
  assert.equal(encoder.encode(1, 'other!').buffer, first.buffer);
});

test('[WS-11] frames that are released stay as they are, whatever is encoded after them', () => {
  const encoder = new FrameEncoder(createRandom(1));
  const kept: [Buffer, string][] = [];
  for (let i = 0; i < 3_000; i++) {
    const frame = encoder.encode(1, `message ${i}`);
    kept.push([frame, frame.toString('hex')]);
    encoder.release();
  }
  for (const [frame, was] of kept) assert.equal(frame.toString('hex'), was);
});
