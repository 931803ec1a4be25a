import { closeSync, writeSync } from 'node:fs';
import type { Counters } from '../counters.ts';
import type { AccessLog } from '../ports/index.ts';

/** Writes each line when it comes: a system call on the event loop for every request. */
export function createSynchronousLog(descriptor: number, counters: Counters): AccessLog {
  return {
    write(line) {
      counters.add('synchronousLogWrites');
      try {
        writeSync(descriptor, `${line}\n`);
      } catch {
        counters.add('lostLogLines');
      }
    },
    close: async () => closeSync(descriptor),
  };
}
