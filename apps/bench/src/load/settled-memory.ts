import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Resident memory of this process once its garbage is collected, file pages aside, in bytes. */
export function settledMemory(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return ownMemory();
}

/**
 * Resident and swapped memory of this process without the pages of files, in bytes: the kernel drops those when it
 * likes, Node's own code among them, and a fall of many megabytes would hide what a run takes. All that is resident
 * where Linux does not tell.
 */
export function ownMemory(): number {
  try {
    return anonymousBytes(readFileSync('/proc/self/status', 'utf8'));
  } catch {
    return process.memoryUsage.rss();
  }
}

/** @throws when the kernel does not tell them apart */
export function anonymousBytes(status: string): number {
  const kilobytes = ['RssAnon', 'VmSwap'].map((name) => {
    const found = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
    if (found === undefined) throw new Error(`no ${name}`);
    return Number(found);
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1_024;
}
