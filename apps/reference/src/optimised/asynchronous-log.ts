import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Counters } from '../counters.ts';
import type { AccessLog } from '../ports/index.ts';

/** What may wait for the disk, in bytes; lines beyond it are lost, and counted. */
const MAX_WAITING_BYTES = 1_048_576;
/** Lines that come in one turn of the event loop, and while a write is under way, are one write. */
const WRITE_BYTES = 16_384;

/** Gathers lines and leaves writing them to other threads. */
export function createAsynchronousLog(descriptor: number, counters: Counters): AccessLog {
  const stream = createWriteStream('', { fd: descriptor, highWaterMark: WRITE_BYTES });
  stream.on('error', () => {});
  let lines: string[] = [];
  const hand = (): void => {
    // Nothing may be written after the end: it would destroy the stream, and with it what still waits for the disk.
    if (lines.length === 0) return;
    stream.write(lines.join(''));
    lines = [];
  };
  return {
    write(line) {
      if (stream.writableEnded || stream.destroyed || stream.writableLength > MAX_WAITING_BYTES) {
        counters.add('lostLogLines');
        return;
      }
      if (lines.push(`${line}\n`) === 1) setImmediate(hand);
    },
    async close() {
      hand();
      stream.end();
      await finished(stream).catch(() => {});
    },
  };
}
